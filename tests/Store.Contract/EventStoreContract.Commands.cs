using Grains.Kernel;
using Xunit;

namespace Store.Contract;

/// <summary>Recorded commands: the same id again gets the same answer.</summary>
public abstract partial class EventStoreContract
{
    private static CommitItem Remembered(Command command, params Append[] appends) => new([.. appends], command, Remember: true, Noon);

    [Fact]
    public async Task A_repeated_command_writes_nothing_and_gets_the_recorded_range()
    {
        await WriteAsync(First(C));
        var written = Assert.IsType<Outcome.Written>((await CommitAsync(Remembered(Ask("1"), First(A), First(B))))[0]);
        var again = (await CommitAsync(Remembered(Ask("1"), Follow(A, await HeadAsync(A), Event()))))[0];
        Assert.Equal(new Outcome.Duplicate(written.After, written.Position, SameContent: true), again);
        Assert.Equal(3, (await FeedAsync()).Length);
    }

    [Fact]
    public async Task A_repeated_command_with_other_contents_is_told_so()
    {
        var written = Assert.IsType<Outcome.Written>((await CommitAsync(Remembered(Ask("1"), First(A))))[0]);
        var again = (await CommitAsync(Remembered(Ask("1", "hold two beds"), First(B))))[0];
        Assert.Equal(new Outcome.Duplicate(written.After, written.Position, SameContent: false), again);
        Assert.Single(await FeedAsync());
    }

    [Fact]
    public async Task A_command_repeated_in_one_batch_is_found()
    {
        var outcomes = await CommitAsync(
            Remembered(Ask("1"), First(A)), Remembered(Ask("1"), First(B)), Remembered(Ask("1", "hold two beds"), First(C)));
        var written = Assert.IsType<Outcome.Written>(outcomes[0]);
        Assert.Equal(new Outcome.Duplicate(written.After, written.Position, SameContent: true), outcomes[1]);
        Assert.Equal(new Outcome.Duplicate(written.After, written.Position, SameContent: false), outcomes[2]);
        Assert.Single(await FeedAsync());
    }

    [Fact]
    public async Task A_duplicate_is_found_before_a_conflict()
    {
        await CommitAsync(Remembered(Ask("1"), First(A)));
        Assert.IsType<Outcome.Duplicate>((await CommitAsync(Remembered(Ask("1"), First(A))))[0]);
    }

    [Fact]
    public async Task The_same_id_of_another_caller_is_another_command()
    {
        await CommitAsync(Remembered(Ask("1"), First(A)));
        Assert.IsType<Outcome.Written>((await CommitAsync(Remembered(Ask("1", caller: "desk-2"), First(B))))[0]);
    }

    [Fact]
    public async Task A_conflict_is_not_remembered()
    {
        await CommitAsync(Item(First(A)), Remembered(Ask("1"), First(A)));
        Assert.Null(await Store.FindCommandAsync(Ask("1").Key, Ask("1").ContentHash, None));
        Assert.IsType<Outcome.Written>((await CommitAsync(Remembered(Ask("1"), First(B))))[0]);
    }

    [Fact]
    public async Task A_refusal_is_confirmed_and_not_remembered()
    {
        var refusal = new CommitItem([Follow(A, Head.None)], Ask("1"), Remember: false, Noon);
        Assert.IsType<Outcome.Written>((await CommitAsync(refusal))[0]);
        Assert.IsType<Outcome.Written>((await CommitAsync(refusal))[0]);
        Assert.Null(await Store.FindCommandAsync(Ask("1").Key, Ask("1").ContentHash, None));
    }

    [Fact]
    public async Task A_refusal_of_a_command_that_was_accepted_before_is_a_duplicate()
    {
        var written = Assert.IsType<Outcome.Written>((await CommitAsync(Remembered(Ask("1"), First(A))))[0]);
        var refusal = new CommitItem([Follow(A, await HeadAsync(A))], Ask("1"), Remember: false, Noon);
        Assert.Equal(new Outcome.Duplicate(written.After, written.Position, SameContent: true), (await CommitAsync(refusal))[0]);
    }

    [Fact]
    public async Task A_command_that_changed_nothing_is_remembered_with_an_empty_range()
    {
        var before = await WriteAsync(First(A));
        var already = (await CommitAsync(Remembered(Ask("1"), Follow(A, await HeadAsync(A)))))[0];
        Assert.Equal(new Outcome.Written(before.Position, before.Position, Noon), already);
        await WriteAsync(First(B));
        Assert.Equal(new Outcome.Duplicate(before.Position, before.Position, SameContent: true),
            await Store.FindCommandAsync(Ask("1").Key, Ask("1").ContentHash, None));
    }

    [Fact]
    public async Task A_command_is_found_by_its_key_and_its_contents_are_compared()
    {
        var written = Assert.IsType<Outcome.Written>((await CommitAsync(Remembered(Ask("1"), First(A))))[0]);
        Assert.Equal(new(written.After, written.Position, true), await Store.FindCommandAsync(Ask("1").Key, Ask("1").ContentHash, None));
        Assert.Equal(new(written.After, written.Position, false), await Store.FindCommandAsync(Ask("1").Key, Ask("1", "other").ContentHash, None));
        Assert.Null(await Store.FindCommandAsync(Ask("2").Key, Ask("2").ContentHash, None));
    }

    [Fact]
    public async Task Commands_recorded_before_an_instant_are_forgotten()
    {
        await CommitAsync(Remembered(Ask("old"), First(A)));
        await CommitAsync(Remembered(Ask("new"), First(B)) with { Now = Noon.AddDays(31) });
        await Store.ForgetCommandsAsync(Noon.AddDays(1), None);
        Assert.Null(await Store.FindCommandAsync(Ask("old").Key, Ask("old").ContentHash, None));
        Assert.NotNull(await Store.FindCommandAsync(Ask("new").Key, Ask("new").ContentHash, None));
        Assert.Equal(2, (await FeedAsync()).Length);
    }

    [Fact]
    public async Task Many_old_commands_are_forgotten_at_once()
    {
        for (var round = 0; round < 3; round++)
        {
            var start = round * 1_000;
            await CommitAsync([.. Enumerable.Range(start, 1_000).Select(i => Remembered(Ask($"{i}"), Follow(A, Head.None)))]);
        }
        await Store.ForgetCommandsAsync(Noon.AddTicks(TimeSpan.TicksPerMicrosecond), None);
        foreach (var id in new[] { "0", "999", "1000", "2999" })
            Assert.Null(await Store.FindCommandAsync(Ask(id).Key, Ask(id).ContentHash, None));
    }
}
