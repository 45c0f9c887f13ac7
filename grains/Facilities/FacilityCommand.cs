using System.Collections.Immutable;
using Grains.Kernel;
using Grains.Placements;

namespace Grains.Facilities;

/// <summary>Everything that can be asked of a facility. Never stored.</summary>
public abstract record FacilityCommand
{
    private FacilityCommand() { }

    /// <summary>Makes the facility what the description says; what is so already changes nothing. Units that the description leaves out stay as they are.</summary>
    public sealed record Describe(
        FacilityProfile Profile, ImmutableSortedDictionary<string, UnitProfile> Units, ImmutableSortedDictionary<string, Block> Blocks,
        ImmutableSortedDictionary<string, Occupancy> Occupancies) : FacilityCommand;

    public sealed record SetCrucial(bool Crucial) : FacilityCommand;
    public sealed record SetOpenness(Openness Openness, OpennessReason? Reason, TextRef? Text, DateTimeOffset? ExpectedReopening, DateTimeOffset AsOf) : FacilityCommand;
    public sealed record SetCrisisUse(string UnitId, CrisisUse CrisisUse, DateTimeOffset? Until, TextRef? Text) : FacilityCommand;

    /// <param name="Licensed">A new licensed number, or null when it has not changed.</param>
    /// <param name="Confirmed">Whether the reporter was shown that the number is beyond the policy's share of licensed, and stands by it.</param>
    public sealed record ReportBeds(string UnitId, int Occupied, int? Licensed, DateTimeOffset AsOf, bool Confirmed) : FacilityCommand;
    public sealed record DeclareOperable(string UnitId, int Operable, DateTimeOffset AsOf) : FacilityCommand;

    /// <param name="UnitId">Null confirms every unit.</param>
    public sealed record ConfirmUnchanged(string? UnitId, DateTimeOffset AsOf) : FacilityCommand;
    public sealed record SetBlock(string BlockId, Block Block) : FacilityCommand;
    public sealed record EndBlock(string BlockId, DateTimeOffset At) : FacilityCommand;

    /// <summary>Promises one bed per child, of one unit, to one attempt of a request that stands joint beside it. It ends by the policy's hold time for the urgency.</summary>
    /// <param name="AcceptStale">The desk has called, or takes the risk knowingly.</param>
    /// <param name="ConsultedAt">When the provider was consulted, for AfterConsultation in a crisis.</param>
    public sealed record Hold(
        string UnitId, string RequestId, int Attempt, ImmutableArray<ChildFacts> Children, bool Crisis, bool HasSecureBasis,
        ImmutableSortedSet<string> ExcludedUnits, ImmutableSortedSet<string> KeepApartFrom, bool AcceptStale, DateTimeOffset? ConsultedAt,
        Urgency Urgency, HoldException? Exception) : FacilityCommand;

    public sealed record ConsentHold(string RequestId, int Attempt, Urgency Urgency) : FacilityCommand;
    public sealed record RefuseHold(string RequestId, int Attempt, RefusalCode Code) : FacilityCommand;

    /// <summary>Gives the beds back: withdrawn, cancelled, or nobody came. A hold that is over already is no refusal.</summary>
    public sealed record ReleaseHold(string RequestId, int Attempt) : FacilityCommand;

    /// <summary>Turns a consented hold into one occupancy per child.</summary>
    public sealed record Admit(string RequestId, int Attempt, ImmutableArray<Admission> Children, DateTimeOffset At) : FacilityCommand;

    public sealed record EndOccupancy(string OccupancyId, DateTimeOffset At) : FacilityCommand;

    /// <summary>The facility's clock: ends the Active holds that are past their time. Each stands joint beside its request.</summary>
    public sealed record EndHoldByTime(string RequestId, int Attempt) : FacilityCommand;
}

/// <param name="OccupancyId">Fresh, derived from request and child.</param>
public sealed record Admission(string OccupancyId, string SubjectId, bool SingleRoom, DateTimeOffset? PlannedEnd, Sealed? Infection);
