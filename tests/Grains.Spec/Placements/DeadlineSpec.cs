using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Xunit;
using static Grains.Spec.Placements.Requests;

namespace Grains.Spec.Placements;

/// <summary>Domain 5's deadlines, in hours from noon, each read from the event that a real command makes.</summary>
public sealed class DeadlineSpec
{
    [Theory]
    [InlineData(Urgency.Immediate, 0.5, 1, 0.5, 4)]
    [InlineData(Urgency.Today, 2, 4, 2, 12)]
    [InlineData(Urgency.Within48h, 2, 24, 8, 24)]
    [InlineData(Urgency.ThisWeek, 2, 72, 24, 72)]
    [InlineData(Urgency.Planned, 8, 336, 72, 336)]
    public void Follow_the_table(Urgency urgency, double triage, double offer, double hold, double arrival)
    {
        var searching = Request.Given(SearchingFor(urgency)).When(Offer()).State;
        Assert.Equal(Noon.AddHours(hold), searching.Deadline!.At);
        Assert.Equal(Noon.AddHours(hold), searching.Live!.Until);

        PlacementEvent[] offered = [.. SearchingFor(urgency), new PlacementEvent.Offered(1, "facility-1", "unit-1", 2, In(TimeSpan.FromHours(hold)), [], null)];
        Assert.Equal(Noon.AddHours(arrival), After(offered, new PlacementCommand.Consent(1, Intake)));
        Assert.Equal(Noon.AddHours(offer), After(offered, new PlacementCommand.WithdrawOffer(1, Words)));
        Assert.Equal(Noon.AddHours(offer), After(offered, new PlacementCommand.Refuse(1, RefusalCode.TooFar, null)));
        Assert.Equal(Noon.AddHours(triage), After(offered, new PlacementCommand.Refuse(1, RefusalCode.NoLegalBasis, null)));
        Assert.Equal(Noon.AddHours(offer), After(InTriage, Triage with { Override = urgency, OverrideReason = Words }));
    }

    [Fact]
    public void Give_half_an_hour_before_the_urgency_is_known()
    {
        Assert.Equal(Noon.AddMinutes(30), After([], Submit));
        Assert.Equal(Noon.AddMinutes(30), After(Received, new PlacementCommand.StartTriage()));
    }

    [Fact] public void Give_two_weeks_for_the_outflow_plan() => Assert.Equal(Noon.AddDays(14), After(Agreed, Admit()));

    [Fact]
    public void Do_not_move_when_a_child_departs() =>
        Assert.Equal(Noon.AddHours(24), Request.Given(Agreed).At(Noon.AddHours(5)).When(new PlacementCommand.Depart(1, Transport.Own)).State.Deadline!.At);

    [Fact]
    public void Come_back_at_half_their_length_until_the_minimum()
    {
        var state = Placement.Decider.Fold(PlacementState.None, Searching); // 24 hours.
        var lengths = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            var missed = state.Deadline!.At;
            var late = missed.AddMinutes(3);
            var context = new Context(late, Origin.Clock(late), Policy.Default);
            state = Placement.Decider.Fold(state, Placement.Decide(state, new PlacementCommand.MissDeadline(missed), context).Events);
            lengths.Add((state.Deadline!.At - late).TotalMinutes);
        }
        Assert.Equal([720, 360, 180, 90, 45, 22.5, 15, 15, 15], lengths);
        Assert.Equal(1, state.Escalation);
    }

    [Fact]
    public void Are_missed_once() => Request
        .Given([.. Searching, new PlacementEvent.DeadlineMissed(Noon.AddHours(24), new(Noon.AddHours(36), Noon.AddHours(24)), 1)])
        .At(Noon.AddHours(25)).When(new PlacementCommand.MissDeadline(Noon.AddHours(24))).ThenNothing();

    [Fact]
    public void Are_not_missed_early() => Request
        .Given(Searching).At(Noon.AddHours(23)).When(new PlacementCommand.MissDeadline(Noon.AddHours(24))).ThenNothing();

    [Fact]
    public void Are_missed_at_their_very_instant() => Request
        .Given(Searching).At(Noon.AddHours(24)).When(new PlacementCommand.MissDeadline(Noon.AddHours(24)))
        .Then(new PlacementEvent.DeadlineMissed(Noon.AddHours(24), new(Noon.AddHours(36), Noon.AddHours(24)), 1, "desk-1"));

    [Fact]
    public void Are_no_misses_when_a_hold_ends() => Request
        .Given(Offered).At(Noon.AddHours(8)).When(new PlacementCommand.MissDeadline(Noon.AddHours(8))).ThenNothing();

    [Fact] public void Lie_with_the_facility_while_a_place_is_offered() => Assert.Null(DueIn(PlacementPhase.Offered));

    [Fact]
    public void Wake_the_request_in_every_other_phase_that_is_not_final()
    {
        foreach (var (phase, history) in ByPhase.Where(pair => pair.Key is not PlacementPhase.None and not PlacementPhase.Offered))
            Assert.Equal(Placement.Decider.Fold(PlacementState.None, history).IsFinal, DueIn(phase) is null);
    }

    [Fact]
    public void Come_from_the_policy_in_force() => Assert.Equal(
        Noon.AddMinutes(10),
        Request.Given().Under(Policy.Default with { Numbers = Policy.Default.Numbers.Add("triage_unknown", 10) }).When(Submit).State.Deadline!.At);

    [Theory] // Elapsed time, whatever the clocks do that night.
    [InlineData("2026-03-28T20:00:00Z")]
    [InlineData("2026-10-24T20:00:00Z")]
    public void Count_elapsed_hours_over_a_clock_change(string now)
    {
        var at = DateTimeOffset.Parse(now, null);
        Assert.Equal(at.AddHours(8), Request.Given(Searching).At(at).When(Offer()).State.Deadline!.At);
    }

    private static DateTimeOffset After(PlacementEvent[] history, PlacementCommand command) => Request.Given(history).When(command).State.Deadline!.At;

    private static DateTimeOffset? DueIn(PlacementPhase phase) =>
        Placement.Decider.Due(Placement.Decider.Fold(PlacementState.None, ByPhase[phase]), Policy.Default, At.Noon);
}
