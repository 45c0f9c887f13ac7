using System.Collections.Immutable;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using static Grains.Placements.PlacementEvent;

namespace Grains.Spec.Placements;

/// <summary>One request of two sisters, ready to stand in any phase, with a command of every kind that fits it.</summary>
internal static class Requests
{
    public static readonly DateTimeOffset Noon = Spec<PlacementState, PlacementCommand, PlacementEvent>.Noon;
    public static readonly PersonRef Intake = new("person-intake");
    public static readonly TextRef Words = new("text-1");
    public static readonly Sealed Facts = new("r1", SealPurpose.Facts, new byte[] { 1, 2, 3 });
    public static readonly Sealed Infection = new("r1", SealPurpose.Infection, new byte[] { 4, 5 });
    public static readonly Referral Referrer = new(ReferrerKind.Access, "sjt-dordrecht", "caller-7", new("person-referrer"), null, "GM0505", null);

    public static Spec<PlacementState, PlacementCommand, PlacementEvent> Request { get; } = new(Placement.Decider);

    public static Deadline In(TimeSpan length) => new(Noon + length, Noon);

    public static readonly PlacementCommand.Submit Submit = new(["ann", "bea"], Facts, Infection, Referrer, true, null, [], []);
    public static readonly PlacementCommand.Triage Triage = new(
        Facts, Infection, Noon.AddHours(30), SafetyScore.ReasonablySafe, null, null, CrisisGrade.Urgent,
        [new(Alternative.Network, false, Words), new(Alternative.Flits, true, null)]);

    public static PlacementCommand.Offer Offer(int attempt = 1, string unit = "unit-1") => new(attempt, "facility-1", unit, ["unit-2", unit], Words);

    public static PlacementCommand.Admit Admit(int attempt = 1) => new(attempt, Stays, Noon);

    private static readonly ImmutableArray<Stay> Stays = [new("ann", "r1.1.1"), new("bea", "r1.1.2")];

    public static readonly PlacementEvent[] Received =
        [new Submitted(["ann", "bea"], Facts, Infection, Referrer, true, null, [], [], "CrisisDesk", In(TimeSpan.FromMinutes(30)))];

    public static readonly PlacementEvent[] InTriage = [.. Received, new TriageStarted("desk-1", In(TimeSpan.FromMinutes(30)))];

    public static PlacementEvent[] SearchingFor(Urgency urgency) =>
    [
        .. InTriage,
        new Triaged(Facts, Infection, urgency, urgency, null, CrisisGrade.Urgent, [], In(TimeSpan.FromHours(24))),
    ];

    public static readonly PlacementEvent[] Searching = SearchingFor(Urgency.Within48h);

    public static readonly Bridging Plan = new(BridgingKind.Respite, "rivierzorg", Noon, null, Noon.AddDays(5));
    public static readonly PlacementEvent[] Waiting = [.. Searching, new ParkedWaiting(WaitReason.NoFit, null, Plan, null, In(TimeSpan.FromDays(7)))];

    public static readonly PlacementEvent[] Offered =
        [.. Searching, new PlacementEvent.Offered(1, "facility-1", "unit-1", 2, In(TimeSpan.FromHours(8)), ["unit-1"], null)];

    public static readonly PlacementEvent[] Agreed = [.. Offered, new Consented(1, Intake, In(TimeSpan.FromHours(24)))];
    public static readonly PlacementEvent[] EnRoute = [.. Agreed, new Departed(1, Transport.Own, In(TimeSpan.FromHours(24)))];
    public static readonly PlacementEvent[] Placed = [.. EnRoute, new Admitted(1, Stays, Noon, In(TimeSpan.FromDays(14)))];
    public static readonly PlacementEvent[] Ended =
    [
        .. Placed,
        new StayEnded("ann", "r1.1.1", StayOutcome.Home, null, Noon), new StayEnded("bea", "r1.1.2", StayOutcome.FosterCare, Words, Noon),
        new PlacementEvent.Ended(Noon),
    ];
    public static readonly PlacementEvent[] Rejected = [.. InTriage, new PlacementEvent.Rejected(RejectReason.AmbulatoryHelp, Words)];
    public static readonly PlacementEvent[] Cancelled = [.. Agreed, new PlacementEvent.Cancelled(CancelReason.SituationImproved, null)];

    /// <summary>A history that ends in each phase.</summary>
    public static readonly IReadOnlyDictionary<PlacementPhase, PlacementEvent[]> ByPhase = new Dictionary<PlacementPhase, PlacementEvent[]>
    {
        [PlacementPhase.None] = [],
        [PlacementPhase.Received] = Received,
        [PlacementPhase.InTriage] = InTriage,
        [PlacementPhase.Searching] = Searching,
        [PlacementPhase.Waiting] = Waiting,
        [PlacementPhase.Offered] = Offered,
        [PlacementPhase.Agreed] = Agreed,
        [PlacementPhase.EnRoute] = EnRoute,
        [PlacementPhase.Placed] = Placed,
        [PlacementPhase.Ended] = Ended,
        [PlacementPhase.Rejected] = Rejected,
        [PlacementPhase.Cancelled] = Cancelled,
    };

    /// <summary>One command of every kind, each naming the attempt that it would be about.</summary>
    public static PlacementCommand[] AllCommands(int attempt) =>
    [
        Submit, new PlacementCommand.StartTriage(), Triage, new PlacementCommand.RejectAsNoCrisis(RejectReason.Other, Words), Offer(attempt + 1),
        new PlacementCommand.Enquire([new("facility-2", "unit-7")]), new PlacementCommand.AnswerEnquiry(1, Intake, null, null),
        new PlacementCommand.ExtendHold(attempt, null), new PlacementCommand.KeepHold(attempt, Words),
        new PlacementCommand.Consent(attempt, Intake), new PlacementCommand.Refuse(attempt, RefusalCode.TooFar, Words),
        new PlacementCommand.WithdrawOffer(attempt, Words), new PlacementCommand.Depart(attempt, Transport.Arranged), Admit(attempt),
        new PlacementCommand.ArrivalFailed(attempt, Words), new PlacementCommand.RequestTransfer("r2", ["ann"], Words),
        new PlacementCommand.Extend("ann", Noon.AddDays(9), Words), new PlacementCommand.EndStay("ann", StayOutcome.Home, null, Noon),
        new PlacementCommand.Cancel(CancelReason.Other, Words), new PlacementCommand.HoldEnded(attempt, AttemptEnd.Expired),
        new PlacementCommand.NoteRead(DetailsShown.Request),
        new PlacementCommand.ParkWaiting(WaitReason.Deliberate, Words, Noon.AddDays(3), null, Words, false), new PlacementCommand.Resume(Words),
        new PlacementCommand.SetBridging(Plan, null), new PlacementCommand.ChangeDistance(Facts), new PlacementCommand.ReassessSafety(Facts, new(false, null, [])),
        new PlacementCommand.Escalate(2, Words), new PlacementCommand.Handover("DeskLead", Words), new PlacementCommand.SetProcessDirector(Intake),
        new PlacementCommand.SetVisitsAndTransport("enver", null),
        new PlacementCommand.AcknowledgeAlarm("placement-r1-1-0"),
    ];
}
