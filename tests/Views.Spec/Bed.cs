using System.Collections.Immutable;
using Gateway.Views;
using Grains;
using Grains.Kernel;
using Silo.Storage;

namespace Views.Spec;

/// <summary>A log in memory that tests write events to, the views that follow it, and a clock that stands still until it is told otherwise.</summary>
public sealed class Bed
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<StreamId, Head> _heads = [];

    /// <param name="cellUnitsMax">Few, so that even a small region has many cells.</param>
    public Bed(int cellUnitsMax = 2)
    {
        Clock = new(Noon);
        Capacity = new(Clock, cellUnitsMax);
        Alarms = new(Clock);
        Requests = new(Clock, Alarms);
        Follower = Follow(Capacity, Alarms, Requests);
    }

    public FakeClock Clock { get; }
    public MemoryStore Store { get; } = new();
    public CapacityIndex Capacity { get; }
    public AlarmBoard Alarms { get; }
    public RequestBoard Requests { get; }
    public FeedFollower Follower { get; }

    public FeedFollower Follow(params ImmutableArray<IView> views) => new(Store, GrainTypes.All, views, Clock);

    /// <summary>Writes facts that happened now, and does not tell the views.</summary>
    public async Task<long> WriteAsync(StreamId stream, params object[] facts) => await WriteAsync(stream, [.. facts.Select(fact =>
        GrainTypes.All.Single(type => type.Kind == stream.Kind).Json.Encode(Guid.NewGuid(), fact, Origin.Clock(Clock.GetUtcNow()), new("tester", "c1"), 0))]);

    public async Task<long> WriteAsync(StreamId stream, NewEvent[] events)
    {
        var head = _heads.GetValueOrDefault(stream, Head.None);
        var outcome = await Store.CommitAsync([new([new(stream, head, [.. events], Due.Keep)], null, Remember: false, Clock.GetUtcNow())], default);
        _heads[stream] = new(head.Version + events.Length, events[^1].Id);
        return ((Outcome.Written)outcome[0]).Position;
    }

    /// <summary>Writes facts and shows them.</summary>
    public async Task<long> ShowAsync(StreamId stream, params object[] facts)
    {
        var position = await WriteAsync(stream, facts);
        await CatchUpAsync();
        return position;
    }

    public async Task CatchUpAsync()
    {
        while (await Follower.RunOnceAsync(default) > 0) { }
    }

    /// <summary>Lets time pass, and shows what it changed.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Clock.Advance(time);
        await CatchUpAsync();
    }
}
