using Grains.Facilities;
using Grains.Finding;

namespace Gateway.Views;

/// <summary>A unit's id and the children in it or expected, as one bit each: without a common bit a request has nothing against the unit itself.</summary>
/// <remarks>A common bit proves nothing; then the words are compared.</remarks>
internal static class Marks
{
    public static ulong Of(FacilityState facility, string unitId)
    {
        var marks = OfUnit(unitId);
        foreach (var (_, stay) in facility.Occupancies)
            if (stay.UnitId == unitId) marks |= OfChild(stay.SubjectId);
        foreach (var (_, hold) in facility.Holds)
            if (hold.UnitId == unitId)
                foreach (var child in hold.Subjects) marks |= OfChild(child);
        return marks;
    }

    public static ulong AgainstBy(Wanted wanted)
    {
        ulong marks = 0;
        foreach (var unit in wanted.ExcludedUnits) marks |= OfUnit(unit[(unit.IndexOf('/', StringComparison.Ordinal) + 1)..]); // The unit of facility/unit.
        foreach (var child in wanted.KeepApartFrom) marks |= OfChild(child);
        return marks;
    }

    private static ulong OfUnit(string id) => 1UL << (id.GetHashCode(StringComparison.Ordinal) & 31);

    private static ulong OfChild(string id) => 1UL << (32 + (id.GetHashCode(StringComparison.Ordinal) & 31));
}
