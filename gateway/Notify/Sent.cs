namespace Gateway.Notify;

/// <summary>How one try to tell one target went.</summary>
public abstract record Sent
{
    private Sent() { }

    public sealed record Received : Sent;

    /// <param name="Reason">In a few words that name nobody.</param>
    public sealed record Failed(string Reason) : Sent;

    /// <summary>The target is no more, and nobody need try again.</summary>
    public sealed record Gone : Sent;
}
