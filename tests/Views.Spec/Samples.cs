using Grains.Facilities;
using Grains.Kernel;

namespace Views.Spec;

/// <summary>A small region in words, for tests that need one.</summary>
public static class Samples
{
    public static readonly StreamId Wending = StreamId.Facility("de-wending");
    public static readonly StreamId Brug = StreamId.Facility("de-brug");

    public static FacilityEvent Registered(string municipality = "GM0505", double latitude = 51.81, double longitude = 4.67, string provider = "yulius") =>
        new FacilityEvent.Registered(new(provider, "De Wending", municipality, 3311, latitude, longitude, DeliveryNow.InPerson));

    public static UnitProfile Group(int licensed = 8, UnitKind kind = UnitKind.CrisisGroup, CapacityKind counts = CapacityKind.Beds) => new(
        "Groep", kind, counts, licensed, SingleRooms: 2, AgeMin: 6, AgeMax: 12, GenderPolicy.All, Security.Open, [], SiblingsPossible: true,
        Wheelchair: false, StaffingKind.NotStaffBound);

    public static FacilityEvent Unit(string id = "u1", UnitProfile? profile = null) => new FacilityEvent.UnitAdded(id, profile ?? Group());

    public static FacilityEvent Open(DateTimeOffset at) => new FacilityEvent.OpennessSet(Openness.Open, null, null, null, at);

    public static FacilityEvent Beds(int occupied, DateTimeOffset at, string unit = "u1") => new FacilityEvent.BedsReported(unit, occupied, 0, null, at);

    public static FacilityEvent Allowed(DateTimeOffset at, string unit = "u1") =>
        new FacilityEvent.CrisisUseSet(unit, new(CrisisUse.Allowed, "yulius", at, null, null));

    /// <summary>A registered, open facility whose unit has reported.</summary>
    public static object[] Reporting(int occupied = 5, UnitProfile? profile = null) =>
        [Registered(), Unit("u1", profile), Open(Bed.Noon), Beds(occupied, Bed.Noon), Allowed(Bed.Noon)];
}
