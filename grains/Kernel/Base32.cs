namespace Grains.Kernel;

/// <summary>Names made of random or keyed bytes: 26 characters of a-z and 2-7, fit for an id; of 130 bits, too many to meet twice.</summary>
public static class Base32
{
    public const int BytesNeeded = 17;
    private const int Chars = 26;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <param name="bytes">At least <see cref="BytesNeeded"/>; the first 130 bits count.</param>
    public static string Name(ReadOnlySpan<byte> bytes)
    {
        Span<char> name = stackalloc char[Chars];
        for (var i = 0; i < Chars; i++)
        {
            var bit = i * 5;
            var pair = (bytes[bit / 8] << 8) | bytes[Math.Min((bit / 8) + 1, bytes.Length - 1)];
            name[i] = Alphabet[(pair >> (11 - (bit % 8))) & 31];
        }
        return new(name);
    }
}
