using System.Collections.Immutable;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;

namespace Grains.Spec.Facilities;

/// <summary>The words in which the facility specs speak: one facility with group <c>unit</c>, ten beds, 12 to 18 years.</summary>
internal static class FacilityWords
{
    public const string Unit = "groep-1";

    public static readonly Spec<FacilityState, FacilityCommand, FacilityEvent> TheGroup = new(Grains.Facilities.Facility.Decider);

    public static readonly FacilityProfile Profile = new("rivierzorg", "De Wending", "GM0505", 3311, 51.81, 4.67, DeliveryNow.InPerson);

    public static readonly UnitProfile Group = new(
        "Groep 1", UnitKind.CrisisGroup, CapacityKind.Beds, Licensed: 10, SingleRooms: 2, AgeMin: 12, AgeMax: 18, GenderPolicy.All, Security.Open, [],
        SiblingsPossible: true, Wheelchair: false, StaffingKind.NotStaffBound);

    public static UnitProfile Declared => Group with { Staffing = StaffingKind.DeclaredOperable };

    public static readonly PersonRef Someone = new("somebody");
    public static readonly TextRef Sentence = new("some-text");
    public static readonly Consultation Consulted = new(Someone, At.Minutes(-5));

    /// <summary>Open, allowed for crisis, and <paramref name="occupied"/> children present as of noon.</summary>
    public static FacilityEvent[] Open(int occupied = 0, UnitProfile? unit = null) =>
    [
        .. Registered(unit),
        new FacilityEvent.OpennessSet(Openness.Open, null, null, null, At.Noon),
        new FacilityEvent.CrisisUseSet(Unit, new(CrisisUse.Allowed, "caller-1", At.Noon, null, null)),
        new FacilityEvent.BedsReported(Unit, occupied, 0, null, At.Noon),
    ];

    public static FacilityEvent[] Registered(UnitProfile? unit = null) =>
        [new FacilityEvent.Registered(Profile), new FacilityEvent.UnitAdded(Unit, unit ?? Group)];

    public static FacilityEvent[] And(this FacilityEvent[] history, params FacilityEvent[] more) => [.. history, .. more];

    public static ChildFacts Child(string subject = "ann", int age = 14, GenderNeed gender = GenderNeed.Any, Security security = Security.Open) =>
        new(subject, age, gender, security, [], ParentChild: false, Medical: false, Wheelchair: false);

    public static InfectionFacts Infection(InfectionStatus status, params string[] subjects) => new(
        subjects.ToImmutableSortedDictionary(subject => subject, _ => new InfectionFact(status, At.Noon), StringComparer.Ordinal));

    public static FacilityCommand.Hold Hold(string request = "r1", params ChildFacts[] children)
    {
        ImmutableArray<ChildFacts> who = children.Length == 0 ? [Child()] : [.. children];
        return new(
            Unit, request, 1, who, Infection(InfectionStatus.NoSymptoms, [.. who.Select(child => child.SubjectId)]), Crisis: true, HasSecureBasis: false,
            Ids(), Ids(), AcceptStale: false, null, Urgency.Today, null);
    }

    public static ImmutableSortedSet<string> Ids(params string[] ids) => ids.ToImmutableSortedSet(StringComparer.Ordinal);

    /// <summary>As <see cref="Hold"/> makes it at noon: two hours, for Today.</summary>
    public static FacilityEvent.Held Held(string request = "r1", params string[] subjects)
    {
        ImmutableArray<string> who = subjects.Length == 0 ? ["ann"] : [.. subjects];
        return new(Unit, request, 1, who.Length, SingleRoom: false, At.Hours(2), who);
    }

    public static FacilityEvent.HoldConsented Consented(string request = "r1") => new(request, 1, At.Hours(12));

    public static FacilityEvent.HoldOver Over(HoldEnd how, RefusalCode? code = null, string request = "r1") => new(request, 1, how, code, At.Noon);

    public static Admission Admission(string subject = "ann", InfectionStatus status = InfectionStatus.NoSymptoms) =>
        new($"stay-{subject}", subject, null, status, null);

    public static FacilityCommand.Admit Admit(params Admission[] children) =>
        new("r1", 1, children.Length == 0 ? [Admission()] : [.. children], HasSecureBasis: false, At.Noon);

    public static FacilityEvent.OccupancyOpened Moved(string subject, DateTimeOffset since, string? request = null) =>
        new($"stay-{subject}", new(Unit, subject, request, since, null, OnLeave: false, SingleRoom: false));

    public static FacilityCommand.ReportBeds Report(int occupied, DateTimeOffset? asOf = null, int? licensed = null, bool confirmed = false) =>
        new(Unit, occupied, licensed, asOf ?? At.Noon, confirmed);
}
