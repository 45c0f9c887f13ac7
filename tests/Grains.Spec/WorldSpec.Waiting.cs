using FsCheck.Fluent;
using Grains.Kernel;
using Grains.Placements;
using Xunit;

namespace Grains.Spec;

// Of domain 12 what concerns waiting.
public sealed partial class WorldSpec
{
    // Invariant 19.
    [Fact]
    public void The_three_month_rule_fires_once_at_its_midnight_and_only_for_the_protected() => AtTheEnd(story =>
    {
        foreach (var (stream, request) in story.World.All<PlacementState>().Where(request => request.State.Phase != PlacementPhase.None))
        {
            var facts = story.World.Facts.Where(fact => fact.Stream == stream).ToList();
            var reached = facts.Where(fact => fact.Event is PlacementEvent.ThreeMonthsReached).ToList();
            Assert.True(reached.Count <= 1);
            Assert.True(facts.Count(fact => fact.Event is PlacementEvent.ThreeMonthsNear) <= 1);
            Assert.Equal(reached.Count > 0, request.Care.Registered);
            if (reached.Count == 0) continue;

            Assert.NotEqual(LegalBasis.Voluntary, World.Open<RequestFacts>(request.Facts)!.Basis.Kind);
            var at = ((PlacementEvent.ThreeMonthsReached)reached[0].Event).At;
            Assert.Equal(ThreeMonths.ReachedAt(request.Care.Dates.WaitingFrom!.Value), at);
            Assert.True(reached[0].RecordedAt >= at);
            Assert.DoesNotContain(facts, fact => fact.Event is PlacementEvent.ThreeMonthsNear && fact.Version > reached[0].Version);
        }
    });

    // Nobody's wait ends, begins anew or grows shorter by time.
    [Fact]
    public void The_wait_counts_from_its_earliest_beginning() => AfterEachDeed(story =>
    {
        foreach (var (stream, request) in story.World.All<PlacementState>())
        {
            var begins = story.World.Facts.Where(fact => fact.Stream == stream).Select(fact => fact.Event switch
            {
                PlacementEvent.Submitted f => f.WaitingSince,
                PlacementEvent.ParkedWaiting => fact.RecordedAt,
                _ => null,
            }).Min();
            Assert.Equal(begins, request.Care.Dates.WaitingFrom);
        }
    });

    // A request with the experts, and only such a one, is theirs to see.
    [Fact]
    public void Whoever_has_waited_three_months_is_with_the_expert_team_until_placed() => AfterEachDeed(story =>
    {
        foreach (var (_, request) in story.World.All<PlacementState>().Where(request => request.State.Care.Registered))
            Assert.Equal(!request.IsFinal && request.Phase != PlacementPhase.Placed, request.IsExpertCase);
    });

    /// <summary>The level that people had raised the request to by then.</summary>
    private static int LevelBefore(Story story, Fact missed) => story.World.Facts
        .Where(fact => fact.Stream == missed.Stream && fact.Version < missed.Version).Select(fact => fact.Event).OfType<PlacementEvent.Escalated>()
        .LastOrDefault()?.Level ?? 0;
}
