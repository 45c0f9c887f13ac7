using Grains.Kernel;
using Grains.Placements;
using Xunit;
using static Grains.Spec.Placements.Requests;

namespace Grains.Spec.Placements;

/// <summary>Safety, hearing and the three months: each date a clock of its own.</summary>
public sealed class CareSpec
{
    [Theory, InlineData(SafetyScore.Safe, 14), InlineData(SafetyScore.ReasonablySafe, 14), InlineData(SafetyScore.Unsafe, 7), InlineData(SafetyScore.VeryUnsafe, 1)]
    public void Safety_is_assessed_again_the_sooner_the_worse_it_is(SafetyScore score, int days)
    {
        var assessed = Noon.AddHours(-2);
        Assert.Equal(new(assessed.AddDays(days), Noon), Reassess(Waiting, (score, assessed)).State.Care.Dates.Safety);
        Assert.Equal(
            new(assessed.AddDays(days), Noon),
            Request.Given(InTriage).When(Triage with { Known = Known(false, safety: [new(score, "x", assessed)]) }).State.Care.Dates.Safety);
    }

    [Fact]
    public void Safety_is_due_when_the_first_child_is() => Assert.Equal(
        Noon.AddDays(2), Reassess(Waiting, (SafetyScore.Safe, Noon.AddDays(-12)), (SafetyScore.Unsafe, Noon.AddDays(-1))).State.Care.Dates.Safety!.At);

    [Fact]
    public void A_missed_assessment_alarms_the_owner_and_is_asked_again()
    {
        var due = Noon.AddDays(1);
        var before = Reassess(Waiting, (SafetyScore.VeryUnsafe, Noon)).State;
        var (events, _) = Placement.Decide(before, new PlacementCommand.PassCareDate(CareDate.Safety, due), Clock(due));
        Assert.Equal([new PlacementEvent.SafetyOverdue(due, new(due.AddHours(12), due), "desk-1")], events.AsEnumerable());
        Assert.Equal(before.Facts, Placement.Decider.Fold(before, events).Facts); // An old score keeps its value.
        Assert.Equal(before.Deadline, Placement.Decider.Fold(before, events).Deadline); // A deadline of its own.
    }

    [Fact]
    public void An_assessment_that_is_old_already_is_asked_for_at_once()
    {
        var state = Reassess(Waiting, (SafetyScore.VeryUnsafe, Noon.AddDays(-3))).State;
        Assert.True(Placement.Decider.Due(state, Policy.Default, Noon) <= Noon);
    }

    [Fact]
    public void A_hearing_is_a_deadline_in_every_phase_until_the_end()
    {
        var hearing = Noon.AddDays(1);
        foreach (var (phase, history) in ByPhase.Where(pair => pair.Key != PlacementPhase.None))
        {
            var state = Placement.Decider.Fold(PlacementState.None, [.. history, new PlacementEvent.CareDatesSet(CareDates.None with { Hearing = hearing })]);
            var (events, _) = Placement.Decide(state, new PlacementCommand.PassCareDate(CareDate.Hearing, hearing), Clock(hearing));
            PlacementEvent[] expected = state.IsFinal ? [] : [new PlacementEvent.HearingPassed(hearing, state.Owner)];
            Assert.Equal(expected, events.AsEnumerable());
            Assert.Null(Placement.Decider.Fold(state, events).IsFinal ? null : Placement.Decider.Fold(state, events).Care.Dates.Hearing);
        }
    }

    [Fact]
    public void Nothing_is_owed_early_twice_or_for_another_date()
    {
        var state = Reassess(Waiting, (SafetyScore.VeryUnsafe, Noon)).State;
        foreach (var (which, at, now) in new[] { (CareDate.Safety, Noon.AddDays(1), Noon), (CareDate.Safety, Noon, Noon.AddDays(2)), (CareDate.Hearing, Noon.AddDays(1), Noon.AddDays(2)) })
            Assert.Empty(Placement.Decide(state, new PlacementCommand.PassCareDate(which, at), Clock(now)).Events);
    }

    // Domain 5, "Three months": the last local day, clamped to the month, and 00:00 in Amsterdam of the day after.
    [Theory]
    [InlineData("2026-01-31T11:00:00Z", "2026-04-09T22:00:00Z", "2026-04-30T22:00:00Z")] // 31 January gives 30 April; both nights in summer time.
    [InlineData("2026-11-30T11:00:00Z", "2027-02-07T23:00:00Z", "2027-02-28T23:00:00Z")] // 28 February: a common year.
    [InlineData("2027-11-29T11:00:00Z", "2028-02-08T23:00:00Z", "2028-02-29T23:00:00Z")] // 29 February: a leap year.
    [InlineData("2027-11-30T11:00:00Z", "2028-02-08T23:00:00Z", "2028-02-29T23:00:00Z")]
    [InlineData("2025-12-28T11:00:00Z", "2026-03-07T23:00:00Z", "2026-03-28T23:00:00Z")] // The night before the clocks go forward: 29 March, 00:00 is still winter time.
    [InlineData("2025-12-29T11:00:00Z", "2026-03-08T23:00:00Z", "2026-03-29T22:00:00Z")] // The night after.
    [InlineData("2026-07-24T11:00:00Z", "2026-10-03T22:00:00Z", "2026-10-24T22:00:00Z")] // Before they go back: 25 October, 00:00 is still summer time.
    [InlineData("2026-07-25T11:00:00Z", "2026-10-04T22:00:00Z", "2026-10-25T23:00:00Z")] // After.
    [InlineData("2026-01-31T23:30:00Z", "2026-04-10T22:00:00Z", "2026-05-01T22:00:00Z")] // Half past midnight in Amsterdam: 1 February.
    [InlineData("2026-06-30T21:59:00Z", "2026-09-09T22:00:00Z", "2026-09-30T22:00:00Z")] // A minute before midnight in summer.
    public void Three_months_end_at_midnight_of_the_calendar(string from, string near, string reached)
    {
        Assert.Equal(DateTimeOffset.Parse(reached, null), ThreeMonths.ReachedAt(DateTimeOffset.Parse(from, null)));
        Assert.Equal(DateTimeOffset.Parse(near, null), ThreeMonths.NearAt(DateTimeOffset.Parse(from, null)));
    }

    [Fact]
    public void Three_months_count_for_protected_children_only()
    {
        var since = Noon.AddDays(-10);
        Assert.Equal(ThreeMonths.ReachedAt(since), Request.Given().When(Submit with { WaitingSince = since, Known = Known(true) }).State.Care.Dates.ThreeMonths);
        Assert.Null(Request.Given().When(Submit with { WaitingSince = since, Known = Known(false) }).State.Care.Dates.ThreeMonths);
        Assert.Null(Request.Given().When(Submit with { Known = Known(true) }).State.Care.Dates.ThreeMonths); // Nobody waits yet.
    }

    [Fact]
    public void Three_months_count_from_the_earliest_of_the_three()
    {
        var triaged = Request.Given(InTriage).When(Triage with { Known = Known(true), NoFittingPlace = true }).State;
        Assert.Equal(Noon, triaged.Care.Dates.WaitingFrom);
        var parked = Decide(triaged, Park, Noon.AddDays(5));
        Assert.Equal((Noon, ThreeMonths.ReachedAt(Noon)), (parked.Care.Dates.WaitingFrom, parked.Care.Dates.ThreeMonths));

        var first = Decide(Placement.Decider.Fold(PlacementState.None, Searching), Park, Noon.AddDays(5));
        Assert.Equal(Noon.AddDays(5), first.Care.Dates.WaitingFrom);
    }

    [Fact]
    public void Resume_and_a_second_wait_do_not_reset_them()
    {
        var state = Decide(Placement.Decider.Fold(PlacementState.None, Searching), Park, Noon);
        var dates = state.Care.Dates;
        state = Decide(state, new PlacementCommand.Resume(null), Noon.AddDays(20));
        Assert.Equal(dates, state.Care.Dates);
        Assert.Equal(dates, Decide(state, Park, Noon.AddDays(40)).Care.Dates);
    }

    [Fact]
    public void A_basis_that_turns_voluntary_stops_them_and_one_that_protects_starts_them()
    {
        PlacementEvent[] back = [.. InTriage, new PlacementEvent.CareDatesSet(new(Noon, null, null, ThreeMonths.NearAt(Noon), ThreeMonths.ReachedAt(Noon)))];
        var voluntary = Request.Given(back).When(Triage with { Known = Known(false) }).State;
        Assert.Equal((Noon, null), (voluntary.Care.Dates.WaitingFrom, voluntary.Care.Dates.ThreeMonths));
        Assert.Equal(ThreeMonths.ReachedAt(Noon), Decide(voluntary with { Phase = PlacementPhase.Searching }, Park, Noon.AddDays(9)).Care.Dates.ThreeMonths);
    }

    [Fact]
    public void What_is_past_when_it_comes_fires_at_once_without_warning()
    {
        var state = Request.Given().When(Submit with { WaitingSince = Noon.AddMonths(-4), Known = Known(true) }).State;
        var (fired, after) = Ticks(state, Noon);
        Assert.Equal(["ThreeMonthsReached"], fired);
        Assert.True(after.Care.Registered);
        Assert.Empty(Ticks(after, Noon).Fired);
    }

    [Fact]
    public void They_warn_three_weeks_before_fire_once_and_ask_for_a_process_director_until_there_is_one()
    {
        var state = Decide(Placement.Decider.Fold(PlacementState.None, Searching), Park with { ReviewAt = Noon.AddDays(14) }, Noon);
        var (near, reached) = (ThreeMonths.NearAt(Noon), ThreeMonths.ReachedAt(Noon));
        Assert.DoesNotContain("ThreeMonthsNear", Ticks(state, near.AddMicroseconds(-1)).Fired);
        Assert.Contains("ThreeMonthsNear", Ticks(state, near).Fired);

        var (fired, after) = Ticks(Ticks(state, near).After, reached);
        Assert.Equal(1, fired.Count(name => name == "ThreeMonthsReached"));
        Assert.DoesNotContain("ThreeMonthsNear", fired);
        Assert.Equal(["ProcessDirectorMissing"], Ticks(after, reached.AddDays(1)).Fired.Where(name => name != "DeadlineMissed"));
        var directed = Placement.Decider.Fold(after, [new PlacementEvent.ProcessDirectorSet(Intake)]);
        Assert.DoesNotContain("ProcessDirectorMissing", Ticks(directed, reached.AddDays(3)).Fired);

        // Once per wait, whatever is done afterwards.
        var again = Decide(Decide(after, new PlacementCommand.Resume(null), reached.AddDays(2)), Park with { ReviewAt = reached.AddDays(9) }, reached.AddDays(3));
        Assert.Null(again.Care.Dates.ThreeMonths);
    }

    // Found by a story: the second debt had the first one's command id, which was answered already, and the clock never came to rest.
    [Fact]
    public void A_date_that_is_set_again_to_what_it_was_is_another_debt()
    {
        var state = Placement.Decider.Fold(PlacementState.None, [.. Searching, new PlacementEvent.CareDatesSet(CareDates.None with { Hearing = Noon })]);
        CommandKey KeyAt(long version) => PlacementSteps.Tick(StreamId.Placement("r1"), new(state, new(version, Guid.Empty)), Clock(Noon))!.Command.Key;
        Assert.NotEqual(KeyAt(4), KeyAt(6));
        Assert.Equal(KeyAt(4), KeyAt(4));
    }

    [Fact]
    public void A_placed_child_waits_no_more()
    {
        PlacementEvent[] placed = [.. Placed, new PlacementEvent.CareDatesSet(new(Noon, In(TimeSpan.FromDays(1)), null, ThreeMonths.NearAt(Noon), ThreeMonths.ReachedAt(Noon)))];
        Assert.Equal(Noon.AddDays(14), Placement.Decider.Due(Placement.Decider.Fold(PlacementState.None, placed), Policy.Default, Noon)); // The outflow plan alone.
    }

    private static readonly PlacementCommand.ParkWaiting Park = new(WaitReason.NoFit, null, Noon.AddDays(14), null, Words, Protected: true);

    private static CareFacts Known(bool isProtected, params SafetyFact[] safety) => new(isProtected, null, [.. safety]);

    private static Spec<PlacementState, PlacementCommand, PlacementEvent>.Outcome Reassess(PlacementEvent[] history, params (SafetyScore Score, DateTimeOffset At)[] scores) =>
        Request.Given(history).When(new PlacementCommand.ReassessSafety(Facts, Known(false, [.. scores.Select(score => new SafetyFact(score.Score, "x", score.At))])));

    private static PlacementState Decide(PlacementState state, PlacementCommand command, DateTimeOffset now)
    {
        if (command is PlacementCommand.ParkWaiting park) command = park with { ReviewAt = now.AddDays(14) };
        var (events, refusal) = Placement.Decide(state, command, Clock(now));
        Assert.Null(refusal);
        return Placement.Decider.Fold(state, events);
    }

    private static (string[] Fired, PlacementState After) Ticks(PlacementState state, DateTimeOffset now)
    {
        var fired = new List<string>();
        while (PlacementSteps.Tick(StreamId.Placement("r1"), new(state, Head.None), Clock(now)) is { } step)
        {
            var (events, _) = Placement.Decide(state, (PlacementCommand)step.Parts[0].Order!, Clock(now));
            fired.AddRange(events.Select(fact => fact.GetType().Name));
            state = Placement.Decider.Fold(state, events);
        }
        return ([.. fired], state);
    }

    private static Context Clock(DateTimeOffset now) => new(now, Origin.Clock(now), Policy.Default);
}
