using System.Collections.Immutable;
using Grains.Kernel;
using Grains.Placements;

namespace Grains.Facilities;

/// <summary>Everything that can be asked of a facility. Never stored.</summary>
public abstract record FacilityCommand
{
    private FacilityCommand() { }

    /// <summary>Makes the facility what the description says; what is so already changes nothing. Units that the description leaves out stay as
    /// they are; blocks and stays that were ended here stay ended. <see cref="FacilitySteps.Describe"/> adds the children's parts.</summary>
    /// <param name="Reports">SetCrucial, SetOpenness, SetCrisisUse, ReportBeds, DeclareOperable, SetStandardRoster: what the description knows of the facility's days, each
    /// judged by its own rules. What is known of the same moment or a later one stays; crucial counts for a facility that is new.</param>
    public sealed record Describe(
        FacilityProfile Profile, ImmutableSortedDictionary<string, UnitProfile> Units, ImmutableSortedDictionary<string, Block> Blocks,
        ImmutableSortedDictionary<string, Occupancy> Occupancies, ImmutableArray<FacilityCommand> Reports) : FacilityCommand;

    public sealed record SetCrucial(bool Crucial) : FacilityCommand;

    /// <summary>A stop or closure revokes the Active holds: <see cref="FacilitySteps.SetOpenness"/> adds their requests' parts.</summary>
    public sealed record SetOpenness(Openness Openness, OpennessReason? Reason, TextRef? Text, DateTimeOffset? ExpectedReopening, DateTimeOffset AsOf) : FacilityCommand;

    /// <param name="Said">Who said so and when, where that is not the caller now.</param>
    public sealed record SetCrisisUse(string UnitId, CrisisUse CrisisUse, DateTimeOffset? Until, TextRef? Text, Said? Said = null) : FacilityCommand;

    /// <param name="Licensed">A new licensed number, or null when it has not changed.</param>
    /// <param name="Confirmed">Whether the reporter was shown that the number is beyond the policy's share of licensed, and stands by it.</param>
    public sealed record ReportBeds(string UnitId, int Occupied, int? Licensed, DateTimeOffset AsOf, bool Confirmed) : FacilityCommand;
    public sealed record DeclareOperable(string UnitId, int Operable, DateTimeOffset AsOf) : FacilityCommand;

    /// <param name="UnitId">Null confirms every unit.</param>
    public sealed record ConfirmUnchanged(string? UnitId, DateTimeOffset AsOf) : FacilityCommand;

    /// <summary>Sets beds aside, or changes the block of that id.</summary>
    public sealed record SetBlock(string BlockId, Block Block) : FacilityCommand;
    public sealed record EndBlock(string BlockId, DateTimeOffset At) : FacilityCommand;

    /// <summary>Plans the staff of one shift anew. What is borrowed, lent and redeployed in it stays.</summary>
    public sealed record SetRoster(string UnitId, DateOnly Date, Shift Shift, ImmutableArray<PlannedStaff> Planned, DateTimeOffset AsOf) : FacilityCommand;

    /// <summary>Plans the staff of every shift that has no roster of its own.</summary>
    public sealed record SetStandardRoster(string UnitId, ImmutableArray<StandardStaff> Planned, DateTimeOffset AsOf) : FacilityCommand;

    /// <summary>Says that staff is absent, or corrects the absence of that id. It may exceed the roster: the surplus is shown.</summary>
    public sealed record ReportAbsence(string AbsenceId, Absence Absence, DateTimeOffset AsOf) : FacilityCommand;
    public sealed record EndAbsence(string AbsenceId, DateTimeOffset At) : FacilityCommand;

    /// <summary>Promises one bed per child, of one unit, to one attempt of a request that stands joint beside it. It ends by the policy's hold time for the urgency.</summary>
    /// <param name="Infection">A child that it does not name counts as NotAsked.</param>
    /// <param name="AcceptStale">The desk has called, or takes the risk knowingly.</param>
    /// <param name="Consultation">For AfterConsultation in a crisis.</param>
    /// <param name="Agreed">The provider said yes before anything was held: it is Consented from the start.</param>
    public sealed record Hold(
        string UnitId, string RequestId, int Attempt, ImmutableArray<ChildFacts> Children, InfectionFacts Infection, bool Crisis, bool HasSecureBasis,
        ImmutableSortedSet<string> ExcludedUnits, ImmutableSortedSet<string> KeepApartFrom, bool AcceptStale, Consultation? Consultation,
        Urgency Urgency, HoldException? Exception, bool Agreed = false) : FacilityCommand;

    /// <summary>Says only whether units can be asked at all, by what no answer of theirs would change. It stands beside the request's own.</summary>
    /// <param name="Asked">What each would hold if it said yes.</param>
    public sealed record Enquire(ImmutableArray<Hold> Asked) : FacilityCommand;

    /// <summary>A unit that was asked says no.</summary>
    public sealed record RefuseEnquiry(string UnitId, string RequestId, int Enquiry, RefusalCode Code) : FacilityCommand;

    /// <summary>More time for an answer, once.</summary>
    /// <param name="Until">After the present end.</param>
    public sealed record ExtendHold(string RequestId, int Attempt, DateTimeOffset Until) : FacilityCommand;

    /// <summary>Says only whether there is a shortfall for which the desk has to decide; its decision stands with the request beside this.</summary>
    public sealed record KeepHold(string RequestId, int Attempt) : FacilityCommand;
    public sealed record ConsentHold(string RequestId, int Attempt, Urgency Urgency) : FacilityCommand;
    public sealed record RefuseHold(string RequestId, int Attempt, RefusalCode Code) : FacilityCommand;

    /// <summary>Gives the beds back: withdrawn, cancelled, or nobody came. A hold that is over already is no refusal.</summary>
    public sealed record ReleaseHold(string RequestId, int Attempt) : FacilityCommand;

    /// <summary>Turns a consented hold into one occupancy per child.</summary>
    /// <param name="HasSecureBasis">Checked again now, for secure units.</param>
    /// <param name="Leaving">Stays of the same children elsewhere in this facility, which end with it; null for none.</param>
    public sealed record Admit(
        string RequestId, int Attempt, ImmutableArray<Admission> Children, bool HasSecureBasis, DateTimeOffset At, Departure? Leaving = null) : FacilityCommand;

    /// <summary>Children move to another facility, which lets them in beside this.</summary>
    public sealed record EndOccupancies(Departure Leaving, DateTimeOffset At) : FacilityCommand;

    public sealed record ExtendStay(string OccupancyId, string RequestId, DateTimeOffset PlannedEnd) : FacilityCommand;

    /// <param name="RequestId">The request whose stay ends with it, in a part beside this one; null only for a child who came in without a request.</param>
    public sealed record EndOccupancy(string OccupancyId, string? RequestId, DateTimeOffset At) : FacilityCommand;

    /// <summary>The facility's clock: ends an Active hold that is past its time. It stands joint beside its request.</summary>
    public sealed record EndHoldByTime(string RequestId, int Attempt) : FacilityCommand;

    /// <summary>Somebody has seen an alarm about this facility.</summary>
    /// <param name="AlarmId">As <see cref="EffectId"/> makes it.</param>
    public sealed record AcknowledgeAlarm(string AlarmId) : FacilityCommand;

    /// <summary>The facility's clock: takes back an offer that a shortfall leaves no room for. It stands joint beside its request.</summary>
    public sealed record RevokeHold(string RequestId, int Attempt) : FacilityCommand;

    /// <summary>The facility's clock: says that a unit's shortfall is another than was said last.</summary>
    public sealed record NoticeShortfall(string UnitId) : FacilityCommand;

    /// <summary>The clock of a crucial facility: says which shift to come is the first that is short.</summary>
    public sealed record NoticeForecastShortfall(string UnitId) : FacilityCommand;
}

/// <param name="OccupancyId">Fresh, derived from request and child.</param>
/// <param name="Status">The infection as asked last, in memory only; <paramref name="Infection"/> is the same, sealed.</param>
public sealed record Admission(string OccupancyId, string SubjectId, DateTimeOffset? PlannedEnd, InfectionStatus Status, Sealed? Infection);

/// <summary>Stays of one request that end together.</summary>
public sealed record Departure(string RequestId, ImmutableArray<string> OccupancyIds);

/// <param name="By">A reference, never a name.</param>
public sealed record Said(string By, DateTimeOffset At);
