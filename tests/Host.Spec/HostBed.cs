using System.Collections.Immutable;
using Grains.Kernel;
using Silo.Host;
using Silo.Storage;

namespace Host.Spec;

/// <summary>A host over a memory store with a clock that stands still until it is told otherwise.</summary>
public sealed class HostBed : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    public static readonly StreamId Facility = StreamId.Facility("de-wending");
    public static readonly StreamId Placement = StreamId.Placement("r1");

    private static int _commands;

    private HostBed(MemoryStore store, HostOptions options)
    {
        Store = store;
        Options = options;
        Host = new(store, Tally.Types, Clock, Guid.NewGuid, options);
        Due = new(Host, store, Tally.Types, Clock, options);
    }

    public MemoryStore Store { get; }
    public HostOptions Options { get; }
    public ManualClock Clock { get; } = new(Noon);
    public GrainHost Host { get; }
    public DueWorker Due { get; }

    public static async Task<HostBed> StartAsync(MemoryStore? store = null, HostOptions? options = null)
    {
        var bed = new HostBed(store ?? new(), options ?? new());
        await bed.Host.StartAsync(default);
        return bed;
    }

    public ValueTask<Answer> Add(StreamId stream, int amount, string? id = null) => Ask(id, (stream, amount));

    public ValueTask<Answer> Ask(string? id, params (StreamId Stream, int Amount)[] adds) =>
        Ask(id, [.. adds.Select(add => new Part(add.Stream, new Tally.Command.Add(add.Amount)))]);

    public ValueTask<Answer> Ask(string? id, params ImmutableArray<Part> parts) => Host.AskAsync(StepOf(id, parts), default);

    public static Step StepOf(string? id, params ImmutableArray<Part> parts) => new(
        new(new("tester", id ?? $"c{Interlocked.Increment(ref _commands)}"), Hash(parts)), new("tester", "CrisisDesk", Channel.Api, Noon), parts[0].Stream, parts);

    public async Task<int> Sum(StreamId stream) => (await Host.ReadAsync<Tally.State>(stream, default)).State.Sum;

    /// <summary>What a replay of the log says, whatever the host believes.</summary>
    public async Task<(int Sum, string[] Types)> Logged(StreamId stream)
    {
        var events = await Store.ReadAsync(stream, 0, StoreLimits.ReadMax, default);
        var type = Tally.Types.Single(type => type.Kind == stream.Kind);
        var state = (Tally.State)events.Select(stored => type.Json.Decode(stored).Event).Aggregate(type.Initial, type.Evolve);
        return (state.Sum, [.. events.Select(stored => stored.Type)]);
    }

    /// <summary>Ends when so many commits wait in the paused store.</summary>
    public async Task CommitWaitsAsync()
    {
        for (var i = 0; i < 1_000_000 && Store.Waiting == 0; i++) await Task.Yield();
        if (Store.Waiting == 0) throw new TimeoutException("No commit reached the paused store.");
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private static byte[] Hash(ImmutableArray<Part> parts) =>
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('|', parts)));
}

/// <summary>The one clock of these tests. It moves when it is told to.</summary>
public sealed class ManualClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public bool Fails { get; set; }

    public override DateTimeOffset GetUtcNow() => Fails ? throw new InvalidOperationException("the clock is broken") : Now;
}
