namespace Grains.Children;

/// <summary>Stored for ever: add a case or an optional member; never rename one. A child is its subject id, and nothing else stands here.</summary>
public abstract record ChildEvent
{
    private ChildEvent() { }
    public sealed record RequestOpened(string RequestId) : ChildEvent;
    public sealed record RequestClosed(string RequestId) : ChildEvent;
    /// <summary>Another place is asked for under a request of its own, while the one it lives under is live.</summary>
    public sealed record TransferOpened(string RequestId) : ChildEvent;
    public sealed record OccupancyOpened(string FacilityId, string OccupancyId, string? RequestId) : ChildEvent;
    public sealed record OccupancyEnded(string OccupancyId) : ChildEvent;

    /// <summary>This subject is the same child as <paramref name="Subject"/>, which stands for it from here on.</summary>
    public sealed record LinkedTo(string Subject) : ChildEvent;

    /// <summary>The child was also known as <paramref name="Subject"/>: what is erased of it is erased there too.</summary>
    public sealed record TakenIn(string Subject) : ChildEvent;
}

/// <summary>The one live request and the one open occupancy of a child, and the one request for another place that may stand beside them.</summary>
public sealed record ChildState(string? LiveRequest, string? FacilityId, string? OccupancyId)
{
    /// <summary>The subject that stands for this child now, or null for itself.</summary>
    public string? LinkedTo { get; init; }

    public bool IsLive => LiveRequest is not null || OccupancyId is not null;

    public static readonly ChildState None = new(null, null, null);

    /// <summary>Only while <see cref="LiveRequest"/> has a place; when that ends first, this one becomes it.</summary>
    public string? TransferRequest { get; init; }
}

public abstract record ChildCommand
{
    private ChildCommand() { }
    public sealed record OpenRequest(string RequestId) : ChildCommand;
    public sealed record CloseRequest(string RequestId) : ChildCommand;

    /// <param name="From">The request under which it lives now.</param>
    public sealed record OpenTransfer(string RequestId, string From) : ChildCommand;

    /// <summary>From one place straight into the next: the old stay and the old request end with it.</summary>
    /// <param name="From">The stay that it leaves.</param>
    /// <param name="Closed">The request of that stay.</param>
    public sealed record Move(string FacilityId, string OccupancyId, string RequestId, string From, string Closed) : ChildCommand;
    public sealed record OpenOccupancy(string FacilityId, string OccupancyId, string? RequestId) : ChildCommand;

    /// <summary>Joint with the other's <see cref="TakeIn"/>.</summary>
    public sealed record LinkTo(string Subject) : ChildCommand;
    public sealed record TakeIn(string Subject) : ChildCommand;

    /// <param name="ClosedRequest">The request that ends for this child with the stay, or null for a stay that no request brought.</param>
    public sealed record EndOccupancy(string OccupancyId, string? ClosedRequest = null) : ChildCommand;
}
