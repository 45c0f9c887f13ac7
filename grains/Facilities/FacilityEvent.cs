using System.Collections.Immutable;
using Grains.Kernel;

namespace Grains.Facilities;

/// <summary>Everything that can have happened at a facility. Stored for ever as JSON under these names:
/// add a case or an optional member; never rename, renumber or reuse one.</summary>
public abstract record FacilityEvent
{
    private FacilityEvent() { }

    // What it is.
    public sealed record Registered(FacilityProfile Profile) : FacilityEvent;
    public sealed record ProfileChanged(FacilityProfile Profile) : FacilityEvent;
    public sealed record CrucialSet(bool Crucial) : FacilityEvent;
    public sealed record UnitAdded(string UnitId, UnitProfile Profile) : FacilityEvent;
    public sealed record UnitChanged(string UnitId, UnitProfile Profile) : FacilityEvent;

    // What is reported about it. AsOf is when it was so in the world; an older AsOf than is known corrects the past only.
    public sealed record OpennessSet(Openness Openness, OpennessReason? Reason, TextRef? Text, DateTimeOffset? ExpectedReopening, DateTimeOffset AsOf) : FacilityEvent;
    public sealed record CrisisUseSet(string UnitId, CrisisUseStated CrisisUse) : FacilityEvent;

    /// <param name="Occupied">All children present at <paramref name="AsOf"/>, as reported.</param>
    /// <param name="Known">Those of them that have an occupancy here; the rest is otherOccupied.</param>
    public sealed record BedsReported(string UnitId, int Occupied, int Known, int? Licensed, DateTimeOffset AsOf) : FacilityEvent;
    public sealed record OperableDeclared(string UnitId, int Operable, DateTimeOffset AsOf) : FacilityEvent;

    /// <summary>Everything that is known of the unit, and the facility's openness, was still so.</summary>
    public sealed record UnchangedConfirmed(string UnitId, DateTimeOffset AsOf) : FacilityEvent;
    public sealed record BlockSet(string BlockId, Block Block) : FacilityEvent;
    public sealed record BlockEnded(string BlockId, DateTimeOffset At) : FacilityEvent;

    // Its staff, in counts.

    /// <param name="Planned">Everybody who is planned for that shift; a function that it does not name has nobody.</param>
    public sealed record RosterSet(string UnitId, DateOnly Date, Shift Shift, ImmutableArray<PlannedStaff> Planned, DateTimeOffset AsOf) : FacilityEvent;

    /// <summary>Who is planned for a shift that has no roster of its own.</summary>
    public sealed record StandardRosterSet(string UnitId, ImmutableArray<StandardStaff> Planned, DateTimeOffset AsOf) : FacilityEvent;

    /// <summary>A new absence, or the corrected one of that id.</summary>
    public sealed record AbsenceReported(string AbsenceId, Absence Absence, DateTimeOffset AsOf) : FacilityEvent;

    /// <param name="At">From then on they are back; not after the absence's beginning: it never was.</param>
    public sealed record AbsenceEnded(string AbsenceId, DateTimeOffset At) : FacilityEvent;

    // What it is short of.

    /// <param name="Shortfall">Places; 0 when it is over.</param>
    /// <param name="Before">What was noticed last.</param>
    /// <param name="Date">With <paramref name="Shift"/> the first short shift; null where it is not one shift that is short.</param>
    public sealed record ShortfallNoticed(string UnitId, int Shortfall, int Before, DateOnly? Date, Shift? Shift, DateTimeOffset At) : FacilityEvent;

    /// <summary>A crucial facility's unit will be short in that shift, the first of its forecast. Said once for each shift.</summary>
    public sealed record ForecastShortfallNoticed(string UnitId, DateOnly Date, Shift Shift, int Shortfall, DateTimeOffset At) : FacilityEvent;

    // What it has promised.

    /// <param name="Subjects">The children whom the beds are for, one each: a child that must be kept apart from one of them is not held beside it.</param>
    /// <param name="AcceptedStale">The unit's word was stale and the desk knew it.</param>
    public sealed record Held(
        string UnitId, string RequestId, int Attempt, int Beds, bool SingleRoom, DateTimeOffset Until, ImmutableArray<string> Subjects,
        HoldException? Exception = null, Consultation? Consultation = null, bool AcceptedStale = false) : FacilityEvent;

    /// <summary>A unit that was asked by enquiry, with no bed held, said no. The code means what it means in <see cref="HoldOver"/>.</summary>
    public sealed record EnquiryRefused(string UnitId, string RequestId, int Enquiry, RefusalCode Code, DateTimeOffset At) : FacilityEvent;

    /// <param name="Until">The later end.</param>
    public sealed record HoldExtended(string RequestId, int Attempt, DateTimeOffset Until) : FacilityEvent;

    /// <param name="Until">The arrival deadline.</param>
    public sealed record HoldConsented(string RequestId, int Attempt, DateTimeOffset Until) : FacilityEvent;

    /// <param name="Code">Set when <paramref name="How"/> is Refused. NoBedInReality makes the unit Disputed, StaffShortage its staffing stale.</param>
    public sealed record HoldOver(string RequestId, int Attempt, HoldEnd How, RefusalCode? Code, DateTimeOffset At) : FacilityEvent;
    public sealed record HoldConsumed(string RequestId, int Attempt, DateTimeOffset At) : FacilityEvent;

    // Who is in.
    public sealed record OccupancyOpened(string OccupancyId, Occupancy Occupancy) : FacilityEvent;
    public sealed record OccupancyChanged(string OccupancyId, DateTimeOffset? PlannedEnd, bool OnLeave, bool SingleRoom, DateTimeOffset At) : FacilityEvent;
    public sealed record OccupancyEnded(string OccupancyId, DateTimeOffset At) : FacilityEvent;

    /// <summary>Somebody, who stands in the origin, has seen an alarm about this facility. It changes nothing of it.</summary>
    public sealed record AlarmAcknowledged(string AlarmId) : FacilityEvent;
}

/// <summary>What a desk lead set aside, with the provider's consent first. Refusals that may be set aside: not for crisis, age, gender.</summary>
/// <param name="Reason">The desk's sentence, kept outside the log.</param>
public sealed record HoldException(bool NotForCrisis, bool Age, bool Gender, PersonRef ProposedBy, PersonRef ConsentedBy, TextRef Reason);
