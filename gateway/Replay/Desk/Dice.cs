using System.Security.Cryptography;
using System.Text;

namespace Gateway.Replay.Desk;

/// <summary>Chance that is the same in every run: the numbers of one actor, from the seed and the actor's name.</summary>
/// <remarks>SplitMix64 (Steele, Lea and Flood 2014); the platform does not promise that its own numbers stay the same. One actor throws at a time.</remarks>
internal sealed class Dice(int seed, string actor)
{
    private ulong _state = BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {actor}")));

    /// <summary>From <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int From(int least, int most) => least + (int)(Next() % (ulong)(most - least + 1));

    public bool Percent(int share) => From(0, 99) < share;

    public T Of<T>(IReadOnlyList<T> choices) => choices[From(0, choices.Count - 1)];

    /// <summary>One of the choices, each as often as its weight says.</summary>
    public T Weighted<T>(params (T Choice, int Weight)[] choices)
    {
        var left = From(0, choices.Sum(choice => choice.Weight) - 1);
        foreach (var (choice, weight) in choices)
        {
            if (left < weight) return choice;
            left -= weight;
        }
        return choices[^1].Choice;
    }

    private ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
