using System.Collections.Immutable;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Grains.Kernel;
using Outcome = Grains.Kernel.Outcome;

namespace Store.Contract;

/// <summary>Random clients commit at the same time; some order of the calls that respects who ended before whom must explain every answer.</summary>
/// <remarks>Two streams, three clients, two command ids: collisions are the common case. A call may be left out by the shrinker.</remarks>
internal static class Linearizability
{
    private const int Histories = 60;
    private static readonly StreamId[] Streams = [StreamId.Facility("x"), StreamId.Facility("y")];

    /// <param name="Streams">1: the first, 2: the second, 3: both in one joint item.</param>
    /// <param name="CommandId">0: none.</param>
    private sealed record Step(int Client, int Streams, bool ReadsFirst, bool Writes, int CommandId, int Content);

    private sealed record Call(int Start, int End, CommitItem? Item, Outcome? Outcome, StreamId Read, Head Seen);

    private static readonly Gen<Step> Steps =
        from client in Gen.Choose(0, 2)
        from streams in Gen.Choose(1, 3)
        from reads in ArbMap.Default.GeneratorFor<bool>()
        from writes in Gen.Choose(0, 3)
        from command in Gen.Choose(0, 2)
        from content in Gen.Choose(0, 1)
        select new Step(client, streams, reads, writes > 0, command, content);

    private static readonly Arbitrary<Step[]> Scripts = Arb.From(
        from length in Gen.Choose(1, 12)
        from steps in Steps.ArrayOf(length)
        select steps,
        steps => steps.Select((_, i) => steps.Where((_, at) => at != i).ToArray()));

    public static void Check(Func<ValueTask<IEventStore>> open) => Prop.ForAll(Scripts, script =>
    {
        var history = RunAsync(open, script).GetAwaiter().GetResult();
        return Explains(Model.Empty, [.. history]);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Histories));

    private static async Task<List<Call>> RunAsync(Func<ValueTask<IEventStore>> open, Step[] script)
    {
        await using var store = await open();
        var clock = new Ticks();
        var clients = script.GroupBy(s => s.Client).Select(steps => Task.Run(() => PlayAsync(store, clock, [.. steps])));
        return [.. (await Task.WhenAll(clients)).SelectMany(c => c)];
    }

    private static async Task<List<Call>> PlayAsync(IEventStore store, Ticks clock, Step[] steps)
    {
        var calls = new List<Call>();
        var known = Streams.ToDictionary(s => s, _ => Head.None);
        foreach (var step in steps)
        {
            var touched = Streams.Where((_, i) => (step.Streams & (1 << i)) != 0).ToList();
            foreach (var stream in touched.Where(_ => step.ReadsFirst))
            {
                var start = clock.Tick();
                var events = await store.ReadAsync(stream, 0, 100, CancellationToken.None);
                known[stream] = events.IsEmpty ? Head.None : new(events[^1].Version, events[^1].Id);
                calls.Add(new(start, clock.Tick(), null, null, stream, known[stream]));
            }
            var item = Item(step, [.. touched.Select(s => new Append(s, known[s], step.Writes ? [Fresh()] : [], Due.Keep))]);
            var began = clock.Tick();
            var outcome = (await store.CommitAsync([item], CancellationToken.None))[0];
            calls.Add(new(began, clock.Tick(), item, outcome, default, default));
            if (outcome is Outcome.Written) foreach (var a in item.Appends) known[a.Stream] = a.HeadAfter;
        }
        return calls;
    }

    private static NewEvent Fresh() => new(Guid.NewGuid(), "Held/1", default);

    private static CommitItem Item(Step step, ImmutableArray<Append> appends) => new(appends,
        step.CommandId == 0 ? null : new(new("desk", $"{step.CommandId}"), SHA256.HashData([(byte)step.Content])), Remember: true, DateTimeOffset.UnixEpoch);

    private static bool Explains(Model model, ImmutableList<Call> left) => left.IsEmpty || left.Any(call =>
        left.TrueForAll(other => other.End > call.Start) && model.After(call) is { } next && Explains(next, left.Remove(call)));

    /// <summary>The store as one would write it for one caller.</summary>
    private sealed record Model(ImmutableDictionary<StreamId, Head> Heads, ImmutableDictionary<CommandKey, (Command Command, Outcome.Written Answer)> Answered, long Last)
    {
        public static readonly Model Empty = new(ImmutableDictionary<StreamId, Head>.Empty, ImmutableDictionary<CommandKey, (Command, Outcome.Written)>.Empty, 0);

        /// <summary>The state after a call, or null when the call cannot have come next.</summary>
        public Model? After(Call call)
        {
            if (call.Item is not { } item) return HeadOf(call.Read) == call.Seen ? this : null;
            if (item.Command is { } asked && Answered.TryGetValue(asked.Key, out var known))
                return call.Outcome == new Outcome.Duplicate(known.Answer.After, known.Answer.Position, known.Command.ContentHash.Span.SequenceEqual(asked.ContentHash.Span)) ? this : null;
            if (item.Appends.Any(a => HeadOf(a.Stream) != a.After))
                return call.Outcome == new Outcome.Conflict([.. item.Appends.Select(a => (a.Stream, HeadOf(a.Stream)))]) ? this : null;
            if (call.Outcome is not Outcome.Written written || written.After < Last) return null;

            var events = item.Appends.Sum(a => a.Events.Length);
            if (events == 0 ? written.Position != Last || written.After != Last : written.Position < written.After + events) return null;
            return new(
                Heads.SetItems(item.Appends.Select(a => KeyValuePair.Create(a.Stream, a.HeadAfter))),
                item.Command is { } command ? Answered.Add(command.Key, (command, written)) : Answered,
                written.Position);
        }

        private Head HeadOf(StreamId stream) => Heads.GetValueOrDefault(stream, Head.None);
    }

    /// <summary>Orders starts and ends of calls over all clients.</summary>
    private sealed class Ticks
    {
        private int _now;

        public int Tick() => Interlocked.Increment(ref _now);
    }
}
