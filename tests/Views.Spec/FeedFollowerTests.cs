using System.Text;
using Gateway.Views;
using Grains.Kernel;
using Grains.Placements;
using Xunit;

namespace Views.Spec;

public sealed class FeedFollowerTests
{
    private readonly Bed _bed = new();

    [Fact]
    public async Task Shows_a_write_to_whoever_waited_for_its_position()
    {
        var position = await _bed.WriteAsync(Samples.Wending, Samples.Reporting());
        var wait = _bed.Follower.WaitForAsync(position, TimeSpan.FromSeconds(2), default);
        Assert.False(wait.IsCompleted);

        await _bed.CatchUpAsync();

        Assert.True(await wait);
        Assert.Equal(3, _bed.Capacity.Current.Find("de-wending")!.Units[0].Capacity.Available);
        Assert.Equal(position, _bed.Capacity.Current.Position);
    }

    [Fact]
    public async Task Says_so_when_a_position_is_not_reached_in_time()
    {
        var wait = _bed.Follower.WaitForAsync(7, TimeSpan.FromSeconds(2), default);

        _bed.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.False(await wait);
    }

    [Fact]
    public async Task Is_ready_once_the_end_of_the_log_was_reached()
    {
        await _bed.WriteAsync(Samples.Wending, Samples.Reporting());
        Assert.False(_bed.Follower.Ready);

        await _bed.CatchUpAsync();

        Assert.True(_bed.Follower.Ready);
    }

    [Fact]
    public async Task Takes_in_the_whole_log_before_it_shows_any_of_it()
    {
        await _bed.WriteAsync(Samples.Wending, Samples.Reporting(occupied: 5));
        for (var occupied = 0; occupied <= 4; occupied++) await _bed.WriteAsync(Samples.Wending, Samples.Beds(occupied, Bed.Noon));
        var shown = new CapacityIndex(_bed.Clock);
        var follower = _bed.Follow(shown);

        await follower.CatchUpAsync(default);
        await _bed.CatchUpAsync();

        Assert.True(follower.Ready);
        Assert.Equal(1, shown.Current.Version);
        Assert.Equal(_bed.Capacity.Current.Position, shown.Current.Position);
        Assert.Equal(4, shown.Current.Find("de-wending")!.Units[0].Capacity.Occupied);
    }

    [Fact]
    public async Task Goes_on_where_it_stopped_when_the_store_is_back()
    {
        await _bed.ShowAsync(Samples.Wending, Samples.Reporting(occupied: 5));
        _bed.Store.CutOff = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _bed.Follower.RunOnceAsync(default));
        Assert.Equal(3, _bed.Capacity.Current.Find("de-wending")!.Units[0].Capacity.Available);

        _bed.Store.CutOff = false;
        await _bed.ShowAsync(Samples.Wending, Samples.Beds(6, Bed.Noon));

        Assert.Equal(2, _bed.Capacity.Current.Find("de-wending")!.Units[0].Capacity.Available);
    }

    [Fact]
    public async Task Lets_time_pass_in_the_views_while_the_store_is_away()
    {
        await _bed.ShowAsync(Samples.Wending, Samples.Reporting());
        using var stop = new CancellationTokenSource();
        var failed = new TaskCompletionSource();
        _bed.Store.CutOff = true;
        _bed.Clock.Advance(TimeSpan.FromHours(25));

        var running = _bed.Follower.RunAsync(_ => failed.TrySetResult(), stop.Token);
        await failed.Task;
        await stop.CancelAsync();
        await running;

        Assert.Equal(Grains.Facilities.Freshness.Ageing, _bed.Capacity.Current.Find("de-wending")!.Units[0].Capacity.Freshness);
    }

    [Fact]
    public async Task Runs_by_itself_until_it_is_stopped()
    {
        using var stop = new CancellationTokenSource();
        var running = _bed.Follower.RunAsync(e => throw e, stop.Token);

        var position = await _bed.WriteAsync(Samples.Wending, Samples.Reporting());
        Assert.True(await _bed.Follower.WaitForAsync(position, TimeSpan.FromMinutes(1), default));

        await stop.CancelAsync();
        await running;
    }

    [Theory]
    [InlineData("BedsReported/1", "{", typeof(CorruptEventException))]
    [InlineData("BedsReported/9", "{}", typeof(UnknownEventException))]
    public async Task Never_leaves_out_an_event_that_it_cannot_read(string type, string data, Type expected)
    {
        await _bed.ShowAsync(Samples.Wending, Samples.Reporting());
        await _bed.WriteAsync(Samples.Wending, [new(Guid.NewGuid(), type, Encoding.UTF8.GetBytes(data))]);
        await _bed.ShowAsync(StreamId.Placement("r1"), Requests.Submitted());

        Assert.False(_bed.Follower.Ready);
        Assert.IsType(expected, _bed.Follower.Trouble);
        Assert.Equal(expected, Record.Exception(() => _bed.Capacity.Current)?.GetType());
        Assert.Equal(PlacementPhase.Received, _bed.Requests.Current.Find("r1")!.Phase); // The other views go on.

        var starting = _bed.Follow(new CapacityIndex(_bed.Clock), new RequestBoard(_bed.Clock, _bed.Alarms));
        await starting.CatchUpAsync(default);
        Assert.IsType(expected, starting.Trouble);
    }

    [Fact]
    public async Task Never_leaves_out_an_event_that_contradicts_what_stands_before_it()
    {
        await _bed.ShowAsync(Samples.Wending, Samples.Beds(3, Bed.Noon, "no-such-unit"));

        Assert.IsType<CorruptEventException>(_bed.Follower.Trouble);
    }
}
