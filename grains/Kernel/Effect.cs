namespace Grains.Kernel;

/// <summary>Something to be told outside the store, derived from one fact.</summary>
public abstract record Effect
{
    private Effect() { }

    /// <summary>Somebody must look now.</summary>
    /// <param name="Kind">Stable name, such as <c>ArrivedAfterWithdrawal</c>.</param>
    /// <param name="Owner">A role or a caller's reference. A role of providers means those of the facility, or of the attempt's facility.</param>
    public sealed record Alarm(string Kind, StreamId Subject, string Owner) : Effect;
}

/// <summary>Names an effect, and so an alarm, by the fact that it comes from: the same on every node, at every try and for ever.</summary>
public static class EffectId
{
    /// <param name="version">Of the fact in its stream.</param>
    /// <param name="index">Which of the fact's effects: 0, 1, …</param>
    /// <returns>1 to 96 characters of a-z, 0-9 and '-'.</returns>
    public static string Of(StreamId stream, long version, int index) => $"{stream}-{version}-{index}".Replace('/', '-');
}
