namespace Grains.Placements;

public sealed partial record PlacementState
{
    /// <summary>The request under which the children have a place already, when this one asks for another; else null.</summary>
    public string? TransferOf { get; init; }

    /// <summary>Of a crisis request that is placed, until its limit has passed; else null.</summary>
    public CrisisStay? CrisisStay { get; init; }
}
