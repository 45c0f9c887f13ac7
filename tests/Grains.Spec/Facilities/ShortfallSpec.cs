using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Xunit;
using static Grains.Spec.Facilities.FacilityWords;
using static Grains.Spec.Facilities.StaffWords;

namespace Grains.Spec.Facilities;

/// <summary>What a shortfall does: it is noticed, offers are taken back, agreed places and children stay (domain 4).</summary>
public sealed class ShortfallSpec
{
    private static readonly StreamId Stream = StreamId.Facility("wending");

    // Noon: the day shift runs until 14:00, the evening from 14:00 to 22:00, the night after it.
    private static readonly FacilityEvent[] TwoShortThisEvening = Staffed(6, Reported("a", Away(Shift.Evening, 2)));

    [Fact]
    public void A_shortfall_is_noticed_with_its_first_short_shift() =>
        Assert.Equal([new FacilityEvent.ShortfallNoticed(Unit, 3, 0, Today, Shift.Evening, At.Noon)], Run(TwoShortThisEvening).Facts);

    [Fact]
    public void When_it_is_over_that_is_noticed_too() => Assert.Equal(
        [new FacilityEvent.ShortfallNoticed(Unit, 0, 3, null, null, At.Hours(1))],
        Run(Run(TwoShortThisEvening).All.And(new FacilityEvent.AbsenceEnded("a", At.Hours(1))), At.Hours(1)).Facts);

    [Fact]
    public void By_time_alone_it_begins_when_the_short_shift_comes_into_the_24_hours_and_ends_with_it()
    {
        var history = Staffed(6, Rostered(Shift.Evening, 1, Today.AddDays(1)));
        var (comes, over) = (At.Hours(2).AddMicroseconds(1), At.Hours(34));
        Assert.Equal(At.Hours(2), Due(history, At.Noon));
        Assert.Equal(comes, Due(history, At.Hours(2)));
        Assert.Equal(comes, Due(history, comes));
        var noticed = Run(history, comes);
        Assert.Equal([new FacilityEvent.ShortfallNoticed(Unit, 3, 0, Today.AddDays(1), Shift.Evening, comes)], noticed.Facts);
        Assert.Equal([new FacilityEvent.ShortfallNoticed(Unit, 0, 3, null, null, over)], Run(noticed.All, over).Facts);
    }

    [Fact]
    public void Of_a_unit_that_nobody_knows_nothing_is_noticed() => Assert.Empty(Run(Open(12, ByRatio)).Facts);

    [Fact]
    public void A_facility_that_owes_nothing_is_due_when_a_shift_changes_and_without_rosters_never()
    {
        Assert.Null(Due(Staffed(6), At.Noon));
        Assert.Equal(At.Hours(2), Due(Staffed(6, Reported("a", Away(Shift.Night, 0))), At.Noon));
    }

    [Fact]
    public void The_newest_offers_are_taken_back_until_there_is_room_again()
    {
        var history = Staffed(5, Given("r1", At.Hours(8)), Given("r2", At.Hours(8)), Given("r3", At.Hours(8)), Reported("a", Away(Shift.Evening)));
        Assert.Empty(Run(history).Facts); // Room for eight.
        var facts = Run(history.And(new FacilityEvent.BedsReported(Unit, 7, 0, null, At.Noon))).Facts;
        Assert.Equal(["r3", "r2"], facts.OfType<FacilityEvent.HoldOver>().Select(over => over.RequestId));
        Assert.All(facts.OfType<FacilityEvent.HoldOver>(), over => Assert.Equal((HoldEnd.Revoked, At.Noon), (over.How, over.At)));
        Assert.Equal([2, 1, 0], facts.OfType<FacilityEvent.ShortfallNoticed>().Select(noticed => noticed.Shortfall));
    }

    [Theory]
    [InlineData(2, false)] // It ends as the short shift begins.
    [InlineData(2.5, true)]
    public void An_offer_that_ends_before_the_short_shift_begins_stays(double hours, bool revoked)
    {
        var facts = Run(Staffed(3, Given("r1", At.Hours(hours)), Reported("a", Away(Shift.Evening, 2)))).Facts;
        Assert.Equal(revoked, facts.Any(fact => fact is FacilityEvent.HoldOver));
    }

    [Fact]
    public void An_older_offer_that_reaches_the_short_shift_goes_before_a_newer_one_that_does_not() => Assert.Equal(
        ["r1"],
        Run(Staffed(3, Given("r1", At.Hours(8)), Given("r2", At.Hours(1)), Reported("a", Away(Shift.Evening, 2)))).Facts.OfType<FacilityEvent.HoldOver>().Select(over => over.RequestId));

    [Fact]
    public void While_the_short_shift_runs_every_offer_may_go() => Assert.Single(
        Run(Staffed(3, Given("r1", At.Minutes(5)), Reported("a", Away(Shift.Day, 2)))).Facts.OfType<FacilityEvent.HoldOver>());

    [Fact]
    public void What_was_agreed_is_never_touched_nor_any_child() => Assert.DoesNotContain(
        Run(Staffed(12, Given("r1", At.Hours(8)), Consented("r1"), Reported("a", Away(Shift.Day, 3)), Moved("ann", At.Minutes(-5)))).Facts,
        fact => fact is not FacilityEvent.ShortfallNoticed);

    [Fact]
    public void An_offer_is_taken_back_jointly_with_its_request()
    {
        var state = TheGroup.Given(Run(Staffed(3, Given("r1", At.Hours(8)))).All.And(
            Reported("a", Away(Shift.Evening, 2)), new FacilityEvent.ShortfallNoticed(Unit, 1, 0, Today, Shift.Evening, At.Noon))).State;
        var step = FacilitySteps.Tick(Stream, new(state, Head.None), At.Context)!;
        Assert.Equal([Stream, StreamId.Placement("r1")], step.Parts.Select(part => part.Stream));
        Assert.Equal(new PlacementCommand.HoldEnded(1, AttemptEnd.Revoked), step.Parts[1].Order);
        Assert.Equal((Origin.Self, Channel.Clock), (step.Origin.Actor, step.Origin.Channel));
    }

    // The decider looks again at its own now.
    [Fact]
    public void An_offer_that_is_not_one_too_many_any_more_stops_the_step()
    {
        var revoke = new FacilityCommand.RevokeHold("r1", 1);
        TheGroup.Given(Staffed(3, Given("r1", At.Hours(8)))).When(revoke).ThenRefused(Reason.NotAllowedInState, ("state", "Active"), ("allowed_commands", "WithdrawOffer"));
        TheGroup.Given(Staffed(3, Given("r1", At.Hours(8)), Consented("r1"), Reported("a", Away(Shift.Evening, 2)))).When(revoke).ThenRefused(Reason.NotAllowedInState);
        TheGroup.Given(Staffed(3)).When(revoke).ThenRefused(Reason.UnknownHold);
        TheGroup.Given(Staffed(3, Given("r1", At.Hours(8)), Over(HoldEnd.Released))).When(revoke).ThenNothing();
        TheGroup.Given(Staffed(3)).When(new FacilityCommand.NoticeShortfall(Unit)).ThenNothing();
        TheGroup.Given(Staffed(3)).When(new FacilityCommand.NoticeForecastShortfall(Unit)).ThenNothing();
        TheGroup.Given(Staffed(3)).When(new FacilityCommand.NoticeShortfall("other")).ThenRefused(Reason.UnknownUnit);
    }

    [Fact]
    public void A_crucial_facility_notices_the_first_short_shift_of_its_forecast_once()
    {
        var later = Rostered(Shift.Night, 0, Today.AddDays(4), StaffFunction.NightWatch);
        var history = Staffed(6, new FacilityEvent.CrucialSet(true), Rostered(Shift.Day, 1, Today.AddDays(3)), later);
        var run = Run(history);
        Assert.Equal([new FacilityEvent.ForecastShortfallNoticed(Unit, Today.AddDays(3), Shift.Day, 3, At.Noon)], run.Facts);
        Assert.Empty(Run(run.All, At.Hours(5)).Facts);

        var passed = At.Hours(24 * 3 + 3);
        Assert.Contains(new FacilityEvent.ForecastShortfallNoticed(Unit, Today.AddDays(4), Shift.Night, 6, passed), Run(run.All, passed).Facts);
        Assert.Empty(Run(Staffed(6, Rostered(Shift.Day, 1, Today.AddDays(3)))).Facts); // Not crucial.
    }

    [Fact]
    public void Alarms_go_to_provider_and_desk_when_a_shortfall_grows_and_to_the_lead_for_a_crucial_facility()
    {
        static string[] Raised(FacilityEvent fact) =>
            [.. FacilityAlarms.Of(new(Stream, 1, fact, Origin.Clock(At.Noon), At.Noon)).Cast<Effect.Alarm>().Select(alarm => $"{alarm.Kind} {alarm.Owner}")];
        Assert.Equal(["Shortfall ProviderReporter", "Shortfall CrisisDesk"], Raised(new FacilityEvent.ShortfallNoticed(Unit, 3, 1, Today, Shift.Day, At.Noon)));
        Assert.Empty(Raised(new FacilityEvent.ShortfallNoticed(Unit, 1, 3, Today, Shift.Day, At.Noon)));
        Assert.Empty(Raised(new FacilityEvent.ShortfallNoticed(Unit, 0, 3, null, null, At.Noon)));
        Assert.Equal(["ForecastShortfall DeskLead"], Raised(new FacilityEvent.ForecastShortfallNoticed(Unit, Today, Shift.Day, 3, At.Noon)));
    }

    private static FacilityEvent.Held Given(string request, DateTimeOffset until) => new(Unit, request, 1, 1, SingleRoom: false, until, [$"child-{request}"]);

    private static DateTimeOffset? Due(FacilityEvent[] history, DateTimeOffset now) => Facility.Decider.Due(TheGroup.Given(history).State, Policy.Default, now);

    /// <summary>Lets the clock do all that it owes at one instant: the facts, and the history with them.</summary>
    private static (FacilityEvent[] Facts, FacilityEvent[] All) Run(FacilityEvent[] history, DateTimeOffset? at = null)
    {
        var context = At.Context with { Now = at ?? At.Noon };
        var facts = new List<FacilityEvent>();
        for (var i = 0; i < 20; i++)
        {
            var state = TheGroup.Given([.. history, .. facts]).State;
            var due = Facility.Decider.Due(state, Policy.Default, context.Now) <= context.Now;
            if (FacilitySteps.Tick(Stream, new(state, Head.None), context) is not { } step)
            {
                Assert.False(due);
                return ([.. facts], [.. history, .. facts]);
            }
            Assert.True(due);
            var (events, refusal) = Facility.Decider.Decide(state, (FacilityCommand)step.Parts[0].Order!, context);
            Assert.Null(refusal);
            Assert.NotEmpty(events);
            facts.AddRange(events);
        }
        throw new InvalidOperationException("The clock never comes to rest.");
    }
}
