using Grains.Facilities;
using Grains.Kernel;

namespace Gateway.Exchange;

/// <summary>What is impossible only when lines are seen together: more children than fit, one child in two beds, a word by a stranger.</summary>
internal sealed class RegionSums(RegionIds ids, Policy policy)
{
    public void Check(
        IReadOnlyList<ContactEntry> contacts, IReadOnlyList<FacilityEntry> facilities, IReadOnlyList<UnitEntry> units,
        IReadOnlyList<BlockEntry> blocks, IReadOnlyList<OccupantEntry> occupants)
    {
        var unitOf = units.ToDictionary(u => u.Id, StringComparer.Ordinal);
        var facilityOf = facilities.ToDictionary(f => f.Id, StringComparer.Ordinal);
        var present = occupants.ToLookup(o => o.UnitId, StringComparer.Ordinal);

        Speakers(contacts, facilityOf, units);
        Children(occupants);
        foreach (var block in blocks)
            if (unitOf.TryGetValue(block.Block.UnitId, out var unit) && block.Block.Beds > unit.Profile.Licensed)
                ids.RowOf(RegionColumns.Blocks, block.Id).Wrong("beds", $"is more than the {unit.Profile.Licensed} licensed of {unit.Id}");
        foreach (var unit in units) Fits(unit, [.. present[unit.Id]]);
        foreach (var unit in units)
            if (facilityOf.TryGetValue(unit.FacilityId, out var facility) && facility.Openness.Value == Openness.ClosedForGood
                && unit.OtherOccupied + present[unit.Id].Count() > 0)
                ids.RowOf(RegionColumns.Facilities, facility.Id).Wrong("openness", $"does not fit the children who are in {unit.Id}");
    }

    private void Speakers(IReadOnlyList<ContactEntry> contacts, Dictionary<string, FacilityEntry> facilityOf, IReadOnlyList<UnitEntry> units)
    {
        var providerOf = contacts.ToDictionary(c => c.Id, c => c.ProviderId, StringComparer.Ordinal);
        foreach (var unit in units)
            if (facilityOf.TryGetValue(unit.FacilityId, out var facility)
                && providerOf.TryGetValue(unit.CrisisUse.StatedBy, out var provider) && provider != facility.Profile.ProviderId)
                ids.RowOf(RegionColumns.Units, unit.Id).Wrong("crisis_stated_by", $"is a contact of {provider}, not of {facility.Profile.ProviderId}");
    }

    private void Children(IReadOnlyList<OccupantEntry> occupants)
    {
        var firstOf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in occupants.Select(o => ids.RowOf(RegionColumns.Occupants, o.Id)).OrderBy(row => row.Line))
            if (!firstOf.TryAdd(row.Raw("child"), row.Line))
                row.Wrong("child", $"has a bed already on line {firstOf[row.Raw("child")]}; a child has one");
    }

    private void Fits(UnitEntry unit, IReadOnlyList<OccupantEntry> known)
    {
        var row = ids.RowOf(RegionColumns.Units, unit.Id);
        var share = policy[PolicyNumbers.OccupiedShareMax];
        if ((unit.OtherOccupied + known.Count) * 100 > unit.Profile.Licensed * share)
            row.Wrong("other_occupied", $"with the {known.Count} in {RegionColumns.Occupants} is more than {share} % of the {unit.Profile.Licensed} licensed");
        if (known.Count(o => o.SingleRoom) is var single && single > unit.Profile.SingleRooms)
            row.Wrong("single_rooms", $"is less than the {single} occupants in a single room in {RegionColumns.Occupants}");
    }
}
