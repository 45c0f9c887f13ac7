using Grains.Kernel;

namespace Gateway.Exchange;

/// <summary>How much one import may bring, so that what it writes always fits in one commit (<see cref="StoreLimits"/>): 20,000 streams,
/// 1,024 events of a stream, 64 KB an event. A real region has a hundredth of it.</summary>
internal sealed class RegionLimits(RegionIds ids)
{
    // One event holds them all; a name of 120 characters takes up to 720 bytes of it.
    private const int MunicipalitiesMax = 80;

    // One event holds them all, and each takes up to 820 bytes of it.
    private const int ContactsOfProviderMax = 60;

    // An event each, of one provider.
    private const int FacilitiesOfProviderMax = 1_000;

    // Events of one facility: up to five for a unit, one for a block and one for a stay; what is left is for offers that a stop takes back.
    private const int UnitsOfFacilityMax = 50;
    private const int BlocksOfFacilityMax = 100;
    private const int OccupantsOfFacilityMax = 500;

    // A stream each, in one commit of 20,000; what is left is for requests whose offer a stop takes back.
    private const int ProvidersMax = 1_000;
    private const int FacilitiesMax = 10_000;
    private const int OccupantsMax = 8_000;

    public void Check(
        IReadOnlyList<string> municipalities, IReadOnlyList<ProviderEntry> providers, IReadOnlyList<ContactEntry> contacts,
        IReadOnlyList<FacilityEntry> facilities, IReadOnlyList<UnitEntry> units, IReadOnlyList<BlockEntry> blocks, IReadOnlyList<OccupantEntry> occupants)
    {
        var facilityOf = units.ToDictionary(unit => unit.Id, unit => unit.FacilityId, StringComparer.Ordinal);
        string? OwnerOf(string unit) => facilityOf.GetValueOrDefault(unit);

        AtMost(MunicipalitiesMax, RegionColumns.Municipalities, "cbs_code", municipalities.Select(code => (code, (string?)"the region")));
        AtMost(ProvidersMax, RegionColumns.Providers, "id", providers.Select(provider => (provider.Id, (string?)"the region")));
        AtMost(FacilitiesMax, RegionColumns.Facilities, "id", facilities.Select(facility => (facility.Id, (string?)"the region")));
        AtMost(OccupantsMax, RegionColumns.Occupants, "id", occupants.Select(occupant => (occupant.Id, (string?)"the region")));
        AtMost(ContactsOfProviderMax, RegionColumns.Contacts, "provider", contacts.Select(contact => (contact.Id, (string?)contact.ProviderId)));
        AtMost(FacilitiesOfProviderMax, RegionColumns.Facilities, "provider", facilities.Select(facility => (facility.Id, (string?)facility.Profile.ProviderId)));
        AtMost(UnitsOfFacilityMax, RegionColumns.Units, "facility", units.Select(unit => (unit.Id, (string?)unit.FacilityId)));
        AtMost(BlocksOfFacilityMax, RegionColumns.Blocks, "unit", blocks.Select(block => (block.Id, OwnerOf(block.Block.UnitId))));
        AtMost(OccupantsOfFacilityMax, RegionColumns.Occupants, "unit", occupants.Select(occupant => (occupant.Id, OwnerOf(occupant.UnitId))));
    }

    /// <summary>Reports the first line too many of each owner. Without an owner the line is wrong already.</summary>
    private void AtMost(int max, string file, string column, IEnumerable<(string Id, string? Owner)> lines)
    {
        foreach (var group in lines.Where(line => line.Owner is not null).GroupBy(line => line.Owner, StringComparer.Ordinal).Where(group => group.Count() > max))
            group.Select(line => ids.RowOf(file, line.Id)).OrderBy(row => row.Line).ElementAt(max).Wrong(column, $"is one too many: {group.Key} has at most {max} lines in {file}");
    }
}
