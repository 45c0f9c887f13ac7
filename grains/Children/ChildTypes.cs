namespace Grains.Children;

/// <summary>Stored for ever: add a case or an optional member; never rename one. A child is its subject id, and nothing else stands here.</summary>
public abstract record ChildEvent
{
    private ChildEvent() { }
    public sealed record RequestOpened(string RequestId) : ChildEvent;
    public sealed record RequestClosed(string RequestId) : ChildEvent;
    public sealed record OccupancyOpened(string FacilityId, string OccupancyId, string? RequestId) : ChildEvent;
    public sealed record OccupancyEnded(string OccupancyId) : ChildEvent;
}

/// <summary>The one live request and the one open occupancy of a child.</summary>
public sealed record ChildState(string? LiveRequest, string? FacilityId, string? OccupancyId)
{
    public static readonly ChildState None = new(null, null, null);
}

public abstract record ChildCommand
{
    private ChildCommand() { }
    public sealed record OpenRequest(string RequestId) : ChildCommand;
    public sealed record CloseRequest(string RequestId) : ChildCommand;
    public sealed record OpenOccupancy(string FacilityId, string OccupancyId, string? RequestId) : ChildCommand;

    /// <param name="ClosedRequest">The request that ends for this child with the stay, or null for a stay that no request brought.</param>
    public sealed record EndOccupancy(string OccupancyId, string? ClosedRequest = null) : ChildCommand;
}
