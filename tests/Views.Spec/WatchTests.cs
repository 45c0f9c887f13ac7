using FsCheck;
using FsCheck.Fluent;
using Gateway.Views;
using Grains.Capacity;
using Grains.Facilities;
using Grains.Kernel;
using Xunit;
using Delta = Gateway.Views.WatchMessage<Gateway.Views.UnitEntry>.Delta;
using Heartbeat = Gateway.Views.WatchMessage<Gateway.Views.UnitEntry>.Heartbeat;
using Snapshot = Gateway.Views.WatchMessage<Gateway.Views.UnitEntry>.Snapshot;

namespace Views.Spec;

public sealed class WatchTests
{
    private readonly Bed _bed = new();

    [Fact]
    public async Task Begins_with_everything_and_goes_on_with_what_changes()
    {
        await _bed.ShowAsync(Samples.Wending, Samples.Reporting());
        await using var reader = Reader.Of(_bed.Capacity.Watching);
        Assert.True(Assert.IsType<Snapshot>(await reader.ReadAsync()).Complete);

        var position = await _bed.ShowAsync(Samples.Wending, Samples.Beds(6, Bed.Noon));

        var delta = Assert.IsType<Delta>(await reader.ReadAsync());
        Assert.Equal((position, Bed.Noon, 2), (delta.Position, delta.EvaluatedAt, Assert.Single(delta.Rows).Capacity.Available));
    }

    [Fact]
    public async Task Says_every_two_seconds_that_nothing_changed()
    {
        await using var reader = Reader.Of(_bed.Capacity.Watching);
        await reader.ReadAsync();
        var waiting = reader.ReadAsync();
        _bed.Clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(waiting.IsCompleted);

        _bed.Clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(new Heartbeat(0, Bed.Noon.AddSeconds(2)), await waiting);
    }

    [Fact]
    public async Task Tells_what_time_alone_changed()
    {
        await _bed.ShowAsync(Samples.Wending, [.. Samples.Reporting(), new FacilityEvent.Held("u1", "r1", 1, 1, false, Bed.Noon.AddSeconds(1), ["s1"])]);
        await using var reader = Reader.Of(_bed.Capacity.Watching);
        await reader.ReadAsync();

        await _bed.PassAsync(TimeSpan.FromSeconds(1));

        var delta = Assert.IsType<Delta>(await reader.ReadAsync());
        Assert.Equal((Bed.Noon.AddSeconds(1), 3), (delta.EvaluatedAt, Assert.Single(delta.Rows).Capacity.Available));
    }

    [Fact]
    public async Task Gives_a_slow_reader_the_latest_of_each_unit_once()
    {
        await _bed.ShowAsync(Samples.Wending, Samples.Reporting());
        await using var reader = Reader.Of(_bed.Capacity.Watching);
        await reader.ReadAsync();

        for (var i = 0; i < 8; i++) await _bed.ShowAsync(Samples.Wending, Samples.Beds(i, Bed.Noon));

        Assert.Equal(1, Assert.Single(Assert.IsType<Delta>(await reader.ReadAsync()).Rows).Capacity.Available);
        Assert.Null(reader.TryRead());
    }

    [Fact]
    public async Task Waits_between_deltas_as_long_as_was_asked_and_beats_meanwhile()
    {
        var shown = await _bed.ShowAsync(Samples.Wending, Samples.Reporting());
        await using var reader = Reader.Of(_bed.Capacity.Watching, interval: TimeSpan.FromSeconds(5));
        await reader.ReadAsync();
        await _bed.ShowAsync(Samples.Wending, Samples.Beds(6, Bed.Noon));
        var position = await _bed.ShowAsync(Samples.Wending, Samples.Beds(7, Bed.Noon));

        // What is still to be told is not claimed by a heartbeat.
        Assert.Equal(new Heartbeat(shown, Bed.Noon), await AfterAsync(seconds: 2));
        Assert.Equal(new Heartbeat(shown, Bed.Noon), await AfterAsync(seconds: 2));
        var delta = Assert.IsType<Delta>(await AfterAsync(seconds: 1));

        Assert.Equal((position, 1), (delta.Position, Assert.Single(delta.Rows).Capacity.Available));

        async Task<WatchMessage<UnitEntry>> AfterAsync(int seconds)
        {
            var waiting = reader.ReadAsync();
            _bed.Clock.Advance(TimeSpan.FromSeconds(seconds));
            return await waiting;
        }
    }

    [Fact]
    public async Task Never_goes_back_with_a_heartbeat_while_a_change_waits()
    {
        var shown = await _bed.ShowAsync(Samples.Wending, Samples.Reporting());
        await using var reader = Reader.Of(_bed.Capacity.Watching, interval: TimeSpan.FromSeconds(5));
        await reader.ReadAsync();
        await AfterAsync(seconds: 2);
        await _bed.ShowAsync(Samples.Wending, Samples.Beds(6, Bed.Noon));

        Assert.Equal(new Heartbeat(shown, Bed.Noon.AddSeconds(2)), await AfterAsync(seconds: 2));

        async Task<WatchMessage<UnitEntry>> AfterAsync(int seconds)
        {
            var waiting = reader.ReadAsync();
            _bed.Clock.Advance(TimeSpan.FromSeconds(seconds));
            return await waiting;
        }
    }

    // A busy machine: an interval that is over by the time it is to be waited for once ended the stream.
    [Fact]
    public async Task Goes_on_when_time_passes_between_two_looks_at_the_clock()
    {
        await using var reader = Reader.Of(new CapacityIndex(new RunawayClock()).Watching);
        for (var n = 0; n < 20; n++) await reader.ReadAsync();
    }

    [Fact]
    public async Task Tells_a_reader_that_comes_back_only_what_it_missed()
    {
        await _bed.ShowAsync(Samples.Wending, Samples.Reporting());
        await _bed.ShowAsync(Samples.Brug, Samples.Reporting());
        var reader = Reader.Of(_bed.Capacity.Watching);
        await reader.ReadAsync();
        await reader.DisposeAsync();
        await _bed.ShowAsync(Samples.Brug, Samples.Beds(6, Bed.Noon));

        await using var again = reader.Again(_bed.Capacity.Watching);

        Assert.Equal("de-brug/u1", Assert.Single(Assert.IsType<Delta>(await again.ReadAsync()).Rows).Key);
    }

    [Fact]
    public async Task Starts_with_everything_for_a_reader_that_comes_from_a_node_that_is_further_on()
    {
        await _bed.ShowAsync(Samples.Wending, Samples.Reporting());

        await foreach (var message in _bed.Capacity.Watching.WatchAsync(_ => true, resumePosition: 1_000, default, default))
        {
            Assert.IsType<Snapshot>(message);
            break;
        }
    }

    [Fact]
    public async Task Starts_again_with_everything_when_what_was_missed_is_forgotten()
    {
        for (var i = 0; i < 1_000; i++) await _bed.WriteAsync(StreamId.Facility($"f{i}"), Samples.Reporting());
        await _bed.PassAsync(TimeSpan.FromHours(10));
        await using var reader = Reader.Of(_bed.Capacity.Watching);
        while (!reader.Complete || reader.Rows.Count == 0) await reader.ReadAsync();

        // A report of ten hours ago is fresh, and in a crisis it is not: each change of mode changes every unit.
        for (var i = 1; i <= 17; i++)
            await _bed.ShowAsync(StreamId.Region(Policy.RegionKey), new Grains.Regions.RegionEvent.ModeSet(i, (RegionMode)(i % 2)));

        Assert.False(Assert.IsType<Snapshot>(await reader.ReadAsync()).Complete);
        while (!reader.Complete) await reader.ReadAsync();
        Assert.All(reader.Rows.Values, row => Assert.Equal(Freshness.Ageing, row.Capacity.Freshness));
    }

    [Fact]
    public async Task Takes_away_what_leaves_the_filter()
    {
        await _bed.ShowAsync(Samples.Wending, Samples.Reporting());
        await _bed.ShowAsync(Samples.Brug, Samples.Registered("GM0512"), Samples.Unit());
        await using var reader = Reader.Of(_bed.Capacity.Watching, unit => unit.Facility.Municipality == "GM0505");
        await reader.ReadAsync();

        await _bed.ShowAsync(Samples.Brug, Samples.Open(Bed.Noon)); // Never watched.
        await _bed.ShowAsync(Samples.Wending, new FacilityEvent.ProfileChanged(((FacilityEvent.Registered)Samples.Registered("GM0512")).Profile));

        var delta = Assert.IsType<Delta>(await reader.ReadAsync());
        Assert.Empty(delta.Rows);
        Assert.Equal("de-wending/u1", Assert.Single(delta.Removed).Key);
    }

    [Fact]
    public async Task Keeps_from_a_reader_what_looks_the_same_to_it()
    {
        await _bed.ShowAsync(Samples.Wending, Samples.Reporting());
        await using var reader = Reader.Of(_bed.Capacity.Watching, looksTheSame: IsFull);
        await reader.ReadAsync();

        await _bed.ShowAsync(Samples.Wending, Samples.Beds(6, Bed.Noon));
        Assert.Null(reader.TryRead());
        await _bed.ShowAsync(Samples.Wending, Samples.Beds(8, Bed.Noon));
        Assert.Equal(0, Assert.Single(Assert.IsType<Delta>(await reader.ReadAsync()).Rows).Capacity.Available);
    }

    [Theory, InlineData(6, false), InlineData(8, true)]
    public async Task Tells_a_reader_that_comes_back_what_may_look_different_to_it(int between, bool told)
    {
        await _bed.ShowAsync(Samples.Wending, Samples.Reporting());
        await _bed.ShowAsync(Samples.Brug, Samples.Reporting()); // What was shown at the reader's own position is told it again.
        var reader = Reader.Of(_bed.Capacity.Watching, looksTheSame: IsFull);
        await reader.ReadAsync();
        await reader.DisposeAsync();
        await _bed.ShowAsync(Samples.Wending, Samples.Beds(between, Bed.Noon));
        await _bed.ShowAsync(Samples.Wending, Samples.Beds(5, Bed.Noon));

        await using var again = reader.Again(_bed.Capacity.Watching, looksTheSame: IsFull);

        Assert.Equal(told, Assert.IsType<Delta>(await again.ReadAsync()).Rows.Any(row => row.FacilityId == "de-wending"));
    }

    private static bool IsFull(UnitEntry before, UnitEntry after) => before.Capacity.Available > 0 == after.Capacity.Available > 0;

    [Fact]
    public async Task Tells_its_reader_when_the_view_is_in_trouble()
    {
        await using var reader = Reader.Of(_bed.Capacity.Watching);
        await reader.ReadAsync();
        var waiting = reader.ReadAsync();

        await _bed.ShowAsync(Samples.Wending, Samples.Beds(1, Bed.Noon, "no-such-unit"));

        await Assert.ThrowsAsync<CorruptEventException>(() => waiting);
    }

    // Invariant 15, with readers that are slow, that filter and that come back.
    [Fact]
    public void Snapshot_and_deltas_together_are_a_fresh_snapshot() => Prop.ForAll(
        World.Histories, history => ReadAlongAsync(history, _ => true).Wait()).QuickCheckThrowOnFailure();

    [Fact]
    public void Snapshot_and_deltas_together_are_a_fresh_snapshot_of_the_filter() => Prop.ForAll(
        World.Histories, history => ReadAlongAsync(history, unit => unit.Facility.Municipality == "GM0505").Wait()).QuickCheckThrowOnFailure();

    private static async Task ReadAlongAsync(Deed[] history, Func<UnitEntry, bool> wants)
    {
        var world = new World();
        var shown = new Dictionary<(long, DateTimeOffset), UnitEntry[]>();
        var watching = world.Bed.Capacity.Watching;
        var reader = Reader.Of(watching, wants);
        Keep();
        foreach (var deed in history)
        {
            await world.DoAsync(deed);
            await world.Bed.CatchUpAsync();
            Keep();
            if (deed.Number % 3 == 0) Check(reader.TryRead());
            if (deed is { Number: 5, Unit: 1 })
            {
                await reader.DisposeAsync();
                if (reader.Complete && reader.Position > 0) reader = reader.Again(watching, wants);
                else reader = Reader.Of(watching, wants);
            }
        }
        WatchMessage<UnitEntry>? message = null;
        while (message is not Heartbeat || message.Position < watching.Current.Position) Check(message = await reader.ReadAsync(world.Bed.Clock));
        await reader.DisposeAsync();

        void Keep() => shown[(watching.Current.Position, watching.Current.EvaluatedAt)] = [.. watching.Current.Rows.Where(wants)];

        void Check(WatchMessage<UnitEntry>? told)
        {
            if (told is null || !reader.Complete) return;
            if (told is not Heartbeat) Assert.Equal(shown[(told.Position, told.EvaluatedAt)], reader.Rows.Values, (a, b) => a.SaysTheSameAs(b) && (a.Position, a.EvaluatedAt) == (b.Position, b.EvaluatedAt));
            else if (told.Position == watching.Current.Position) Assert.All(reader.Rows.Values, row => Assert.Equal(UnitCapacity.At(world.Facilities[row.FacilityId], row.UnitId, told.EvaluatedAt, world.Policy), row.Capacity));
        }
    }

    /// <summary>Each look at it is 1.1 s later than the one before; its timers ring at once.</summary>
    private sealed class RunawayClock : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Increment(ref _looks) * TimeSpan.TicksPerSecond * 11 / 10;

        public override DateTimeOffset GetUtcNow() => Bed.Noon.AddTicks(GetTimestamp());

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var bell = new Bell(() => callback(state));
            bell.Change(dueTime, period);
            return bell;
        }

        private sealed class Bell(Action ring) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (dueTime < TimeSpan.Zero && dueTime != Timeout.InfiniteTimeSpan) throw new ArgumentOutOfRangeException(nameof(dueTime));
                if (dueTime != Timeout.InfiniteTimeSpan) ThreadPool.QueueUserWorkItem(_ => ring());
                return true;
            }

            public void Dispose() => GC.SuppressFinalize(this);

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
