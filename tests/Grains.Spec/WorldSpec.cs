using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Grains.Capacity;
using Grains.Children;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Xunit;

namespace Grains.Spec;

/// <summary>What holds after every deed of every story (domain 12). A failing story is shortened by leaving out one deed at a time.</summary>
public sealed partial class WorldSpec
{
    private const int Stories = 120;
    private const int StoriesMax = 50 * Stories;

    // Invariants 1 and 2: of those who want the last bed exactly one gets it.
    [Fact]
    public void A_bed_is_promised_once() => AfterEachDeed(story =>
    {
        foreach (var fact in story.World.Facts.Where(fact => fact.RecordedAt == story.World.Now && fact.Event is FacilityEvent.Held))
        {
            var unit = UnitCapacity.At(State<FacilityState>(story, fact.Stream), ((FacilityEvent.Held)fact.Event).UnitId, story.World.Now, story.World.Policy);
            // A later report of the same instant may lower what there is; only then may less than nothing be left.
            if (!LoweredSince(story, fact)) Assert.True(unit.Slack >= 0, $"{unit}");
        }
    });

    // Invariant 3: a transfer request is the one exception, linked to the request under which the child has its bed.
    [Fact]
    public void A_child_has_one_live_request_and_one_bed() => AfterEachDeed(story =>
    {
        foreach (var subject in Story.Subjects)
        {
            var child = State<ChildState>(story, StreamId.Child(subject));
            var live = story.World.All<PlacementState>().Where(request => IsLiveFor(request.State, subject)).Select(request => request.Stream.Key).ToList();
            Assert.Equal(new[] { child.LiveRequest, child.TransferRequest }.OfType<string>().Order(StringComparer.Ordinal), live.Order(StringComparer.Ordinal));
            if (child.TransferRequest is { } transfer)
            {
                Assert.Equal(child.LiveRequest, State<PlacementState>(story, StreamId.Placement(transfer)).TransferOf);
                Assert.NotNull(child.OccupancyId);
            }

            var beds = story.World.All<FacilityState>().SelectMany(facility => facility.State.Occupancies
                .Where(stay => stay.Value.SubjectId == subject).Select(stay => (facility.Stream.Key, stay.Key))).ToList();
            Assert.Equal(child.OccupancyId is null ? [] : [(child.FacilityId!, child.OccupancyId)], beds);
        }
    });

    // Invariant 4.
    [Fact]
    public void A_hold_belongs_to_one_attempt_and_ends_once() => AtTheEnd(story =>
    {
        var lives = new Dictionary<(string, int), string>();
        foreach (var fact in story.World.Facts.Select(fact => fact.Event))
        {
            var (key, next) = fact switch
            {
                FacilityEvent.Held f => ((f.RequestId, f.Attempt), "held"),
                FacilityEvent.HoldExtended f => ((f.RequestId, f.Attempt), "extended"),
                FacilityEvent.HoldConsented f => ((f.RequestId, f.Attempt), "consented"),
                FacilityEvent.HoldConsumed f => ((f.RequestId, f.Attempt), "consumed"),
                FacilityEvent.HoldOver f => ((f.RequestId, f.Attempt), "over"),
                _ => default,
            };
            if (next is null) continue;
            Assert.Contains((lives.GetValueOrDefault(key, "nothing"), next), new[]
                { ("nothing", "held"), ("held", "consented"), ("held", "over"), ("held", "extended"), ("extended", "consented"), ("extended", "over"),
                ("consented", "consumed"), ("consented", "over") });
            lives[key] = next;
        }
    });

    // Invariant 5.
    [Fact]
    public void A_consumed_hold_opened_one_occupancy_per_child() => AtTheEnd(story =>
    {
        foreach (var consumed in story.World.Facts.Where(fact => fact.Event is FacilityEvent.HoldConsumed))
        {
            var request = ((FacilityEvent.HoldConsumed)consumed.Event).RequestId;
            var opened = story.World.Facts.Select(fact => fact.Event).OfType<FacilityEvent.OccupancyOpened>().Where(fact => fact.Occupancy.RequestId == request);
            Assert.Equal(
                State<PlacementState>(story, StreamId.Placement(request)).Subjects.Order(), opened.Select(fact => fact.Occupancy.SubjectId).Order());
        }
    });

    // Invariant 6.
    [Fact]
    public void A_request_that_is_not_final_has_an_owner_and_a_deadline() => AfterEachDeed(story =>
    {
        foreach (var (_, request) in story.World.All<PlacementState>().Where(request => request.State.Phase != PlacementPhase.None))
        {
            Assert.NotEqual("", request.Owner);
            Assert.Equal(request.IsFinal, request.Deadline is null);
        }
    });

    // Invariant 7, and a phone's clock that runs ahead counts as now.
    [Fact]
    public void Every_fact_says_who_how_and_when() => AtTheEnd(story =>
    {
        foreach (var fact in story.World.Facts)
        {
            Assert.NotEqual("", fact.Origin.Actor);
            Assert.True(fact.Origin.OccurredAt <= fact.RecordedAt);
            if (Said(fact.Event) is { } at) Assert.True(at <= fact.RecordedAt, $"{fact}");
        }
        Assert.Equal(story.World.Facts.Select(fact => fact.RecordedAt).Order(), story.World.Facts.Select(fact => fact.RecordedAt));
    });

    // Invariant 12, at the level of steps.
    [Fact] public void A_repeated_command_gets_its_answer_and_writes_nothing() => AtTheEnd(story => Assert.True(story.RetriesAgree));

    // Invariant 13.
    [Fact]
    public void Replaying_the_stored_events_rebuilds_the_state() => AtTheEnd(story =>
    {
        foreach (var stream in story.World.Log.Select(stored => stored.Stream).Distinct())
            Assert.Equal(Text(State<object>(story, stream)), Text(story.World.Replay(stream)));
    });

    // Invariants 14 and 21.
    [Fact]
    public void Request_and_facility_agree_about_every_hold() => AfterEachDeed(story =>
    {
        var promised = story.World.All<PlacementState>()
            .Where(request => request.State.Phase is PlacementPhase.Offered or PlacementPhase.Agreed or PlacementPhase.EnRoute)
            .Select(request => (request.Stream.Key, request.State.Live!.Number, request.State.Live.FacilityId, request.State.Live.UnitId, request.State.Live.Beds,
                request.State.Phase == PlacementPhase.Offered ? HoldState.Active : HoldState.Consented, request.State.Live.Until));
        var held = story.World.All<FacilityState>().SelectMany(facility => facility.State.Holds.Values
            .Select(hold => (hold.RequestId, hold.Attempt, facility.Stream.Key, hold.UnitId, hold.Beds, hold.State, hold.Until)));
        Assert.Equal(promised.Order(), held.Order());
    });

    // Beside invariant 21: the request knows who is in, and who is in knows the request.
    [Fact]
    public void Request_and_facility_agree_about_every_stay() => AfterEachDeed(story =>
    {
        var known = story.World.All<PlacementState>().SelectMany(request => request.State.Stays
            .Select(stay => (request.Stream.Key, stay.Key, stay.Value, request.State.Live!.FacilityId)));
        var open = story.World.All<FacilityState>().SelectMany(facility => facility.State.Occupancies
            .Where(stay => stay.Value.RequestId is not null).Select(stay => (stay.Value.RequestId!, stay.Value.SubjectId, stay.Key, facility.Stream.Key)));
        Assert.Equal(known.Order(), open.Order());
    });

    // Invariant 17.
    [Fact]
    public void No_event_tells_of_a_child() => AtTheEnd(story =>
    {
        foreach (var stored in story.World.Log) Assert.DoesNotMatch(Telling(), Encoding.UTF8.GetString(stored.Data.Span));
    });

    [Fact]
    public void The_marks_of_a_child_would_be_found()
    {
        var told = new ChildFacts("ann", 14, GenderNeed.F, Security.Open, [], false, false, false, new(SafetyScore.VeryUnsafe, Marks.Assessor, At.Noon));
        Assert.Matches(Telling(), Text(told));
        Assert.Matches(Telling(), Text(new InfectionFact(InfectionStatus.NoSymptoms, At.Noon)));
    }

    // Invariant 18.
    [Fact]
    public void The_clock_ends_no_promise_and_no_stay() => AtTheEnd(story =>
    {
        foreach (var fact in story.World.Facts.Where(fact => fact.Origin.Channel == Channel.Clock))
            Assert.True(
                fact.Event is FacilityEvent.HoldOver { How: HoldEnd.Expired or HoldEnd.Revoked } or FacilityEvent.ShortfallNoticed
                    or PlacementEvent.AttemptOver { How: AttemptEnd.Expired or AttemptEnd.Revoked }
                    or PlacementEvent.EnquiryOver { How: EnquiryEnd.NoAnswer } or PlacementEvent.CrisisStayPassed
                    or PlacementEvent.SafetyOverdue or PlacementEvent.HearingPassed
                    or PlacementEvent.BridgingReviewPassed or PlacementEvent.ThreeMonthsNear or PlacementEvent.ThreeMonthsReached or PlacementEvent.ProcessDirectorMissing
                    || (fact.Event is PlacementEvent.DeadlineMissed missed && missed.Escalation <= Math.Max(1, LevelBefore(story, fact))),
                $"{fact.Event}");
    });

    // Nobody's time is up: what should have ended has ended, and what is missed is noted.
    [Fact]
    public void After_a_tick_nothing_is_owed() => AfterEachDeed(story =>
    {
        story.World.Tick();
        foreach (var (_, request) in story.World.All<PlacementState>()) Assert.False(Placement.Decider.Due(request, story.World.Policy, story.World.Now) <= story.World.Now);
    });

    // Whoever asks several asks for a child without a place, and never more than three.
    [Fact]
    public void Only_who_is_searched_for_is_asked_for() => AfterEachDeed(story =>
    {
        foreach (var (_, request) in story.World.All<PlacementState>())
            Assert.InRange(request.OpenEnquiries.Count(), 0, request.Phase == PlacementPhase.Searching ? Placement.EnquiriesMax : 0);
    });

    // The properties above say nothing if the stories never get anywhere. The rarest places need some more stories.
    [Fact]
    public void The_stories_come_everywhere()
    {
        Type[] elsewhere = [typeof(PlacementEvent.DetailsRead), typeof(PlacementEvent.AlarmAcknowledged)];
        var unseen = typeof(PlacementEvent).GetNestedTypes().Where(type => type.IsAssignableTo(typeof(PlacementEvent))).Except(elsewhere).ToHashSet();
        var moved = false;
        for (var told = 0; told < StoriesMax && (unseen.Count > 0 || !moved); told += Stories)
            foreach (var fact in Tales.Generator.Sample(Stories, Stories).SelectMany(acts => Story.Of(acts).World.Facts))
            {
                unseen.Remove(fact.Event.GetType());
                moved |= fact.Event is PlacementEvent.StayEnded { TransferredTo: not null };
            }
        Assert.True(moved);
        Assert.Empty(unseen);
    }

    private static void AfterEachDeed(Action<Story> holds) =>
        Prop.ForAll(Tales, acts => { Story.Of(acts, holds); }).Check(Config.QuickThrowOnFailure.WithMaxTest(Stories));

    private static void AtTheEnd(Action<Story> holds) =>
        Prop.ForAll(Tales, acts => holds(Story.Of(acts))).Check(Config.QuickThrowOnFailure.WithMaxTest(Stories));

    // Mostly the way to a place, so that stories get somewhere; often somebody else at the same time.
    private static readonly Gen<Act> Acts =
        from deed in Gen.Frequency(
            (3, Gen.Constant(Deed.Submit)), (12, Gen.Constant(Deed.Forward)), (6, Gen.Constant(Deed.Any)), (6, Gen.Constant(Deed.Care)), (2, Gen.Constant(Deed.Report)),
            (1, Gen.Constant(Deed.Openness)), (1, Gen.Constant(Deed.Leave)), (4, Gen.Constant(Deed.Wait)), (2, Gen.Constant(Deed.Retry)), (2, Gen.Constant(Deed.Transfer)))
        from who in Gen.Choose(0, 31)
        from what in Gen.Choose(0, 47)
        from late in Gen.Choose(0, 3)
        select new Act(deed, who, what, late == 0);

    // Two people with the same request before them: what the first decided is sent after what the second did.
    private static readonly Gen<Act[]> Races =
        from first in Acts
        from second in Acts
        select new[] { first with { Deed = Deed.Any, Late = true }, second with { Deed = Deed.Forward, Who = first.Who, Late = false } };

    private static readonly Arbitrary<Act[]> Tales = Arb.From(
        from length in Gen.Choose(5, 40)
        from scenes in Gen.Frequency((3, Acts.Select(act => new[] { act })), (2, Races)).ArrayOf(length)
        select scenes.SelectMany(scene => scene).ToArray(),
        acts => acts.Select((_, i) => acts.Where((_, j) => j != i).ToArray()));

    private static DateTimeOffset? Said(object fact) => fact switch
    {
        PlacementEvent.Admitted f => f.At,
        PlacementEvent.StayEnded f => f.At,
        PlacementEvent.Ended f => f.At,
        FacilityEvent.HoldConsumed f => f.At,
        FacilityEvent.OccupancyOpened f => f.Occupancy.Since,
        FacilityEvent.OccupancyEnded f => f.At,
        FacilityEvent.BedsReported f => f.AsOf,
        FacilityEvent.OperableDeclared f => f.AsOf,
        _ => null,
    };

    private static bool IsLiveFor(PlacementState request, string subject) =>
        request.Subjects.Contains(subject) && !request.IsFinal && (request.Phase != PlacementPhase.Placed || request.Stays.ContainsKey(subject));

    private static bool LoweredSince(Story story, Fact held) => story.World.Facts.Any(fact =>
        fact.Stream == held.Stream && fact.Version > held.Version
        && fact.Event is FacilityEvent.BedsReported or FacilityEvent.OperableDeclared or FacilityEvent.BlockSet or FacilityEvent.AbsenceReported);

    private static TState State<TState>(Story story, StreamId stream) => story.World.Read<TState>(stream).State;

    private static string Text(object value) => JsonSerializer.Serialize(value, value.GetType(), EventJson.Options);

    [GeneratedRegex("zq-assessor|(?<!\\d)4711(?!\\d)|(?<!\\d)8093(?!\\d)|VeryUnsafe|NoSymptoms|Addiction|SecureOrder|SupervisionOrder|Voluntary|ageYears|genderNeed|tenableUntil|Postcode4\":8|homePostcode")]
    private static partial Regex Telling();
}
