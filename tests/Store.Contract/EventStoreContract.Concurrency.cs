using Grains.Kernel;
using Xunit;

namespace Store.Contract;

/// <summary>Rivals, and histories of concurrent commits that some order must explain.</summary>
public abstract partial class EventStoreContract
{
    [Fact]
    public async Task Of_sixteen_rivals_for_one_head_exactly_one_wins()
    {
        var rivals = Enumerable.Range(0, 16).Select(i => Follow(A, Head.None, Event($"Rival{i}/1"))).ToList();
        var outcomes = await Task.WhenAll(rivals.Select(r => Task.Run(() => CommitAsync(r, First(StreamId.Placement($"p-{r.Events[0].Id:n}"))))));

        Assert.Single(outcomes.OfType<Outcome.Written>());
        var winner = rivals[Array.FindIndex(outcomes, o => o is Outcome.Written)];
        Assert.All(outcomes.OfType<Outcome.Conflict>(), c => Assert.Contains((A, winner.HeadAfter), c.Actual));
        Assert.Equal(2, (await FeedAsync()).Length);
    }

    [Fact]
    public async Task Of_sixteen_rivals_with_one_command_exactly_one_writes_and_the_rest_get_its_answer()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            Task.Run(async () => (await CommitAsync(Remembered(Ask("1"), First(StreamId.Facility($"f-{i}")))))[0])));
        var written = Assert.Single(outcomes.OfType<Outcome.Written>());
        Assert.Equal(15, outcomes.Count(o => o == new Outcome.Duplicate(written.After, written.Position, SameContent: true)));
    }

    [Fact]
    public void Some_order_of_the_commits_explains_every_outcome() => Linearizability.Check(OpenAsync);
}
