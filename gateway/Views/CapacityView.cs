using System.Collections.Immutable;
using Grains.Kernel;
using Grains.Providers;

namespace Gateway.Views;

/// <summary>All capacity at one position and instant.</summary>
/// <remarks>The index publishes a new one by replacing a reference, and copies only the cells that changed. So readers take no lock, never hold
/// the writer up, and cannot see half of a change; what it costs is the copy of a cell of about a hundred units for each publication that touches it.</remarks>
public sealed class CapacityView : Published<UnitEntry>
{
    internal static readonly CapacityView Empty = new()
    {
        Version = 0,
        Position = 0,
        EvaluatedAt = DateTimeOffset.UnixEpoch,
        ValidUntil = null,
        Policy = Policy.Default,
        Facilities = ImmutableSortedSet.Create<FacilityEntry>(FacilityEntry.ById),
        Providers = ImmutableDictionary.Create<string, ProviderProfile>(StringComparer.Ordinal),
    };

    public required Policy Policy { get; init; }

    /// <summary>By id, ordinally.</summary>
    public required ImmutableSortedSet<FacilityEntry> Facilities { get; init; }

    public required ImmutableDictionary<string, ProviderProfile> Providers { get; init; }

    internal ImmutableArray<Cell> Cells { get; init; } = [];

    /// <summary>Of each cell, in their order.</summary>
    internal ImmutableArray<CellBounds> Bounds { get; init; } = [];

    /// <summary>By facility id, then unit id.</summary>
    public override IEnumerable<UnitEntry> Rows => Facilities.SelectMany(facility => facility.Units);

    public FacilityEntry? Find(string facilityId) => Facilities.TryGetValue(FacilityEntry.Named(facilityId), out var found) ? found : null;

    /// <summary>At most <paramref name="max"/> facilities with ids after <paramref name="afterId"/>, by id: pages stay whole while facilities come and change.</summary>
    /// <param name="afterId">The last id of the page before, or empty for the first page.</param>
    public ImmutableArray<FacilityEntry> List(CapacityFilter filter, string afterId, int max) =>
        [.. After(afterId).Where(filter.Fits).Take(max)];

    private IEnumerable<FacilityEntry> After(string id)
    {
        var at = Facilities.IndexOf(FacilityEntry.Named(id));
        for (var i = at < 0 ? ~at : at + 1; i < Facilities.Count; i++) yield return Facilities[i];
    }
}
