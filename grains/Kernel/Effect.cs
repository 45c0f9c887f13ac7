namespace Grains.Kernel;

/// <summary>Something to be told outside the store, derived from one fact.</summary>
public abstract record Effect
{
    private Effect() { }

    /// <summary>Somebody must look now.</summary>
    /// <param name="Kind">Stable name, such as <c>ArrivedAfterWithdrawal</c>.</param>
    /// <param name="Owner">A role or a caller's reference.</param>
    public sealed record Alarm(string Kind, StreamId Subject, string Owner) : Effect;
}
