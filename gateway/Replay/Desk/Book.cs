using Plek.V1;

namespace Gateway.Replay.Desk;

/// <summary>The replay's own account of every bed, kept from the answers alone: what stood there at the beginning, and what each acknowledged
/// command has changed. It never asks the service how many beds are taken, so that the two can be compared.</summary>
internal sealed class Book
{
    private readonly SortedDictionary<string, UnitLine> _units = new(StringComparer.Ordinal);

    /// <summary>By unit id.</summary>
    public IReadOnlyDictionary<string, UnitLine> Units => _units;

    /// <summary>Beds that were promised while none was left.</summary>
    public int PromisedTwice { get; private set; }

    public int Promises { get; private set; }

    public void Open(GetCapacityResponse facility)
    {
        foreach (var unit in facility.Facility.Units)
            _units.Add(unit.UnitId, new(
                unit, facility.Capacity.Single(capacity => capacity.UnitId == unit.UnitId), [.. facility.Blocks.Where(block => block.UnitId == unit.UnitId)],
                facility.Occupancies.Where(stay => stay.UnitId == unit.UnitId)));
    }

    /// <summary>The service promised beds. It must have had them.</summary>
    public HoldLine Promise(string unit, string request, int attempt, int beds, DateTimeOffset until, bool consented, DateTimeOffset now)
    {
        var line = _units[unit];
        Promises++;
        PromisedTwice += Math.Clamp(line.Occupied + line.HeldAt(now) + beds - line.OperableAt(now), 0, beds);
        var hold = new HoldLine(line, request, attempt, beds) { Until = until, Consented = consented };
        line.Holds.Add(hold);
        return hold;
    }

    /// <summary>Takes back what a unit can no longer keep, as the domain says: the newest offer first, and nothing that was agreed.</summary>
    /// <param name="stopped">The facility takes nobody in any more: every offer goes.</param>
    /// <returns>How many offers.</returns>
    public static int Revoke(UnitLine unit, bool stopped, DateTimeOffset now)
    {
        var revoked = 0;
        while ((stopped || unit.ShortAt(now) > 0) && unit.Holds.LastOrDefault(hold => !hold.Consented) is { } newest)
        {
            newest.End();
            revoked++;
        }
        return revoked;
    }
}

/// <summary>What the book says of a unit.</summary>
internal sealed class UnitLine(Unit unit, UnitCapacity capacity, IReadOnlyList<Block> blocks, IEnumerable<Occupancy> stays)
{
    private readonly Dictionary<string, DateTimeOffset> _stays = stays.ToDictionary(stay => stay.OccupancyId, stay => stay.Since.ToDateTimeOffset(), StringComparer.Ordinal);
    private int _reported = capacity.Exact.Occupied;
    private int _known = stays.Count(); // Of those who were reported, the ones with a stay.
    private DateTimeOffset _asOf = capacity.Beds.AsOf.ToDateTimeOffset();

    public string FacilityId => capacity.FacilityId;

    public string UnitId => unit.UnitId;

    public int Licensed => unit.Licensed;

    /// <summary>Whether the unit says for how many it has staff; else it follows from its roster, or is not bound to staff.</summary>
    public bool Declares => unit.Staffing == StaffingKind.DeclaredOperable;

    /// <summary>Places with staff: as declared last, or by the roster, of which nobody is absent here; null where the unit is not bound to staff.</summary>
    public int? Staffed { get; set; } = capacity.Exact.HasStaffed ? capacity.Exact.Staffed : null;

    /// <summary>By their ids, those who are in now.</summary>
    public IReadOnlyCollection<string> Stays => _stays.Keys;

    /// <summary>In the order in which they were made.</summary>
    public List<HoldLine> Holds { get; } = [];

    public int Occupied => _stays.Count + Math.Max(0, _reported - _known);

    /// <summary>A count of children at a moment; one that is older than the last corrects the past only.</summary>
    public void Reported(int occupied, DateTimeOffset at)
    {
        if (at < _asOf) return;
        (_reported, _known, _asOf) = (occupied, _stays.Values.Count(since => since <= at), at);
    }

    // A stay that began, or ended, by the moment of the last count was part of it, or was not.
    public void Opened(string occupancy, DateTimeOffset since)
    {
        _stays.Add(occupancy, since);
        if (since <= _asOf) _known++;
    }

    public void Ended(string occupancy, DateTimeOffset at)
    {
        _stays.Remove(occupancy, out var since);
        if (since <= _asOf && at <= _asOf) _known--;
    }

    public int HeldAt(DateTimeOffset now) => Holds.Where(hold => hold.Consented || hold.Until > now).Sum(hold => hold.Beds);

    public int OperableAt(DateTimeOffset now) => Math.Max(0, Math.Min(Licensed - BlockedAt(now), Staffed ?? int.MaxValue));

    public int ShortAt(DateTimeOffset now) => Math.Max(0, Occupied + HeldAt(now) - OperableAt(now));

    private int BlockedAt(DateTimeOffset now) =>
        Math.Min(Licensed, blocks.Where(block => block.From.ToDateTimeOffset() <= now && (block.Until is null || block.Until.ToDateTimeOffset() > now)).Sum(block => block.Beds));
}

internal sealed class HoldLine(UnitLine unit, string request, int attempt, int beds)
{
    public UnitLine Unit => unit;

    public string Request => request;

    public int Attempt => attempt;

    public int Beds => beds;

    public required DateTimeOffset Until { get; set; }

    public required bool Consented { get; set; }

    /// <summary>Whether the beds are still kept.</summary>
    public bool Stands => unit.Holds.Contains(this);

    public void End() => unit.Holds.Remove(this);
}
