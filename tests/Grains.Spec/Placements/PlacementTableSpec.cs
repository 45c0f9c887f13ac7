using Grains.Kernel;
using Grains.Placements;
using Xunit;

namespace Grains.Spec.Placements;

/// <summary>Domain 5's table, written out a second time: every command in every phase, and nothing left to chance.</summary>
public sealed class PlacementTableSpec
{
    private static readonly Dictionary<(string Command, PlacementPhase From), PlacementPhase> Table = new()
    {
        [("Submit", PlacementPhase.None)] = PlacementPhase.Received,
        [("StartTriage", PlacementPhase.Received)] = PlacementPhase.InTriage,
        [("Triage", PlacementPhase.InTriage)] = PlacementPhase.Searching,
        [("RejectAsNoCrisis", PlacementPhase.InTriage)] = PlacementPhase.Rejected,
        [("Offer", PlacementPhase.Searching)] = PlacementPhase.Offered,
        [("Offer", PlacementPhase.Waiting)] = PlacementPhase.Offered,
        [("ExtendHold", PlacementPhase.Offered)] = PlacementPhase.Offered,
        [("KeepHold", PlacementPhase.Agreed)] = PlacementPhase.Agreed,
        [("Enquire", PlacementPhase.Searching)] = PlacementPhase.Searching,
        [("AnswerEnquiry", PlacementPhase.Searching)] = PlacementPhase.Agreed,
        [("Consent", PlacementPhase.Offered)] = PlacementPhase.Agreed,
        [("Refuse", PlacementPhase.Offered)] = PlacementPhase.Searching,
        [("HoldEnded", PlacementPhase.Offered)] = PlacementPhase.Searching,
        [("WithdrawOffer", PlacementPhase.Offered)] = PlacementPhase.Searching,
        [("WithdrawOffer", PlacementPhase.Agreed)] = PlacementPhase.Searching,
        [("Depart", PlacementPhase.Agreed)] = PlacementPhase.EnRoute,
        [("Admit", PlacementPhase.Agreed)] = PlacementPhase.Placed,
        [("Admit", PlacementPhase.EnRoute)] = PlacementPhase.Placed,
        [("Admit", PlacementPhase.Cancelled)] = PlacementPhase.Cancelled, // The second of the two: it opens nothing and is recorded.
        [("ArrivalFailed", PlacementPhase.Agreed)] = PlacementPhase.Searching,
        [("ArrivalFailed", PlacementPhase.EnRoute)] = PlacementPhase.Searching,
        [("RequestTransfer", PlacementPhase.Placed)] = PlacementPhase.Placed,
        [("Extend", PlacementPhase.Placed)] = PlacementPhase.Placed,
        [("EndStay", PlacementPhase.Placed)] = PlacementPhase.Placed, // Of two sisters the first.
        [("Cancel", PlacementPhase.Received)] = PlacementPhase.Cancelled,
        [("Cancel", PlacementPhase.InTriage)] = PlacementPhase.Cancelled,
        [("Cancel", PlacementPhase.Searching)] = PlacementPhase.Cancelled,
        [("Cancel", PlacementPhase.Offered)] = PlacementPhase.Cancelled,
        [("Cancel", PlacementPhase.Agreed)] = PlacementPhase.Cancelled,
        [("Cancel", PlacementPhase.EnRoute)] = PlacementPhase.Cancelled,
        [("Cancel", PlacementPhase.Waiting)] = PlacementPhase.Cancelled,
        [("ParkWaiting", PlacementPhase.Searching)] = PlacementPhase.Waiting,
        [("Resume", PlacementPhase.Waiting)] = PlacementPhase.Searching,
        [("SetBridging", PlacementPhase.Searching)] = PlacementPhase.Searching,
        [("SetBridging", PlacementPhase.Waiting)] = PlacementPhase.Waiting,
        [("ChangeDistance", PlacementPhase.InTriage)] = PlacementPhase.InTriage,
        [("ChangeDistance", PlacementPhase.Searching)] = PlacementPhase.Searching,
        [("ChangeDistance", PlacementPhase.Waiting)] = PlacementPhase.Waiting,
    };

    // "Any not final" (domain 5): it stays where it is.
    private static readonly string[] NotFinal = ["ReassessSafety", "Escalate", "Handover", "SetProcessDirector", "SetVisitsAndTransport"];

    static PlacementTableSpec()
    {
        foreach (var phase in Enum.GetValues<PlacementPhase>().Except([PlacementPhase.None, PlacementPhase.Ended, PlacementPhase.Rejected, PlacementPhase.Cancelled]))
            foreach (var command in NotFinal) Table.Add((command, phase), phase);
    }

    public static TheoryData<PlacementPhase, int> EveryPair()
    {
        var pairs = new TheoryData<PlacementPhase, int>();
        foreach (var phase in Enum.GetValues<PlacementPhase>())
            for (var i = 0; i < Requests.AllCommands(1).Length; i++) pairs.Add(phase, i);
        return pairs;
    }

    [Theory, MemberData(nameof(EveryPair))]
    public void Every_command_in_every_phase_does_what_the_table_says(PlacementPhase phase, int which)
    {
        var state = StateIn(phase);
        var command = Requests.AllCommands(state.Attempt)[which];
        var context = new Context(Requests.Noon, new("desk-1", "CrisisDesk", Channel.Desk, Requests.Noon), Policy.Default);

        var (events, refusal) = Placement.Decide(state, command, context);

        // A read is noted, and an alarm acknowledged, in every phase; both move nothing.
        var movesNothing = command is PlacementCommand.NoteRead or PlacementCommand.AcknowledgeAlarm;
        if (Table.TryGetValue((command.GetType().Name, phase), out var next) || (movesNothing && phase != PlacementPhase.None))
        {
            Assert.Null(refusal);
            Assert.Equal(movesNothing ? phase : next, Placement.Decider.Fold(state, events).Phase);
            return;
        }
        Assert.Empty(events);
        Assert.Equal(RefusalOf(phase, command), refusal?.Reason);
        if (refusal!.Reason == Reason.NotAllowedInState) Assert.Equal([("state", $"{phase}"), ("allowed_commands", Allowed(phase))], refusal.Details.ToArray());
    }

    [Fact]
    public void Every_kind_of_command_is_walked()
    {
        var walked = Requests.AllCommands(1).Select(command => command.GetType()).Concat(
        [
            typeof(PlacementCommand.MissDeadline), typeof(PlacementCommand.PassCareDate), typeof(PlacementCommand.EndEnquiries),
            typeof(PlacementCommand.PassCrisisStay), typeof(PlacementCommand.TransferOut),
        ]);
        Assert.Equal(typeof(PlacementCommand).GetNestedTypes().OrderBy(type => type.Name), walked.OrderBy(type => type.Name));
    }

    private static Reason RefusalOf(PlacementPhase phase, PlacementCommand command) =>
        command is PlacementCommand.Submit ? Reason.RequestIdTaken
        : phase == PlacementPhase.None ? Reason.UnknownRequest
        : Reason.NotAllowedInState;

    private static string Allowed(PlacementPhase phase) => string.Join(',', Requests.AllCommands(1)
        .Select(command => command.GetType().Name)
        .Where(name => Table.ContainsKey((name, phase)) && name != "HoldEnded" && (name, phase) != ("Admit", PlacementPhase.Cancelled)));

    private static PlacementState StateIn(PlacementPhase phase) => phase switch
    {
        // So urgent that a unit was asked already.
        PlacementPhase.Searching => Folded(phase) with
        {
            Urgency = Urgency.Immediate,
            Enquiries = PlacementState.None.Enquiries.Add(1, new(1, "facility-1", "unit-1", Requests.Noon.AddMinutes(15))),
        },
        _ => Folded(phase),
    };

    private static PlacementState Folded(PlacementPhase phase) => Placement.Decider.Fold(PlacementState.None, Requests.ByPhase[phase]);
}
