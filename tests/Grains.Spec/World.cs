using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Grains.Kernel;
using Xunit;

namespace Grains.Spec;

/// <summary>All grains in memory, without a store: a step is written whole or not at all, exactly as the host decides it.</summary>
public sealed class World
{
    private const int PlansMax = 8;   // As the host: a conflict is decided again at most eight times.
    private const int TicksMax = 1_000;

    private static readonly FrozenDictionary<GrainKind, GrainType> Types = GrainTypes.All.ToFrozenDictionary(type => type.Kind);
    private readonly SortedDictionary<StreamId, (object State, Head Head)> _grains = [];
    private readonly Dictionary<CommandKey, Answer.Accepted> _answers = [];

    public DateTimeOffset Now { get; set; } = new(2026, 3, 28, 12, 0, 0, TimeSpan.Zero); // The day before the clocks change.
    public Policy Policy { get; } = Policy.Default;
    public List<StoredEvent> Log { get; } = [];
    public List<Fact> Facts { get; } = [];

    public IEnumerable<(StreamId Stream, TState State)> All<TState>() =>
        _grains.Where(grain => grain.Value.State is TState).Select(grain => (grain.Key, (TState)grain.Value.State));

    public Seen<TState> Read<TState>(StreamId stream)
    {
        var (state, head) = Stand(stream);
        return new((TState)state, head);
    }

    /// <summary>Asks a plan, and plans again while somebody was faster.</summary>
    public Answer Ask(Func<Step> plan, Step? first = null)
    {
        var answer = Ask(first ?? plan());
        for (var i = 1; i < PlansMax && answer is Answer.Outdated; i++) answer = Ask(plan());
        return answer;
    }

    public Answer Ask(Step step)
    {
        Assert.Equal(step.Parts.Length, step.Parts.Select(part => part.Stream).Distinct().Count());
        Assert.Contains(step.Leader, step.Parts.Select(part => part.Stream));
        if (_answers.TryGetValue(step.Command.Key, out var recorded)) return recorded;

        var origin = step.Origin.OccurredAt > Now ? step.Origin with { OccurredAt = Now } : step.Origin;
        var context = new Context(Now, origin, Policy);
        var decided = new List<(StreamId Stream, object Fact)>();
        foreach (var part in step.Parts)
        {
            var (state, head) = Stand(part.Stream);
            if (part.Seen is { } seen && seen != head) return new Answer.Outdated();
            if (part.Order is null) continue;
            var (events, refusal) = Types[part.Stream.Kind].Decide(state, part.Order, context);
            if (refusal is not null) return new Answer.Refused(refusal, part.Stream);
            decided.AddRange(events.Select(fact => (part.Stream, fact)));
        }
        var facts = decided.Select(part => Write(part.Stream, part.Fact, origin, step.Command.Key)).ToList();
        return _answers[step.Command.Key] = new Answer.Accepted(Log.Count, [.. facts]);
    }

    /// <summary>Lets every grain that is due act, the longest overdue first, until nobody owes anything.</summary>
    public void Tick()
    {
        for (var i = 0; i < TicksMax; i++)
        {
            var due = _grains.Select(grain => (grain.Key, grain.Value.State, grain.Value.Head, Due: Types[grain.Key.Kind].Due(grain.Value.State, Policy, Now)))
                .Where(grain => grain.Due <= Now).OrderBy(grain => grain.Due).FirstOrDefault();
            if (due.State is null) return;

            var step = Types[due.Key.Kind].Tick(due.Key, due.State, due.Head, new(Now, Origin.Clock(Now), Policy));
            Assert.NotNull(step);
            Assert.NotEmpty(Assert.IsType<Answer.Accepted>(Ask(step)).Facts);
        }
        Assert.Fail("The clock never comes to rest.");
    }

    /// <summary>The state that the stored bytes make, from nothing.</summary>
    public object Replay(StreamId stream)
    {
        var type = Types[stream.Kind];
        return Log.Where(stored => stored.Stream == stream).Select(stored => type.Json.Decode(stored).Event).Aggregate(type.Initial, type.Evolve);
    }

    /// <summary>A seal that hides and opens without keys or chance.</summary>
    public static Sealed Seal<T>(string subject, SealPurpose purpose, T value) => new(subject, purpose, Turn(JsonSerializer.SerializeToUtf8Bytes(value, EventJson.Options)));

    public static T? Open<T>(Sealed? value) where T : class =>
        value is null ? null : JsonSerializer.Deserialize<T>(Turn(value.Cipher.ToArray()), EventJson.Options);

    private static byte[] Turn(byte[] bytes) => [.. bytes.Select(value => (byte)(value ^ 0x5A))];

    private (object State, Head Head) Stand(StreamId stream) =>
        _grains.TryGetValue(stream, out var grain) ? grain : (Types[stream.Kind].Initial, Head.None);

    private Fact Write(StreamId stream, object fact, Origin origin, CommandKey command)
    {
        var (state, head) = Stand(stream);
        var type = Types[stream.Kind];
        var id = new Guid(Log.Count + 1, 0, 0, new byte[8]);
        var encoded = type.Json.Encode(id, fact, origin, command, Policy.Version);
        Log.Add(new(Log.Count + 1, stream, head.Version + 1, id, encoded.Type, Now, encoded.Data));
        _grains[stream] = (type.Evolve(state, fact), new(head.Version + 1, id));
        Facts.Add(new(stream, head.Version + 1, fact, origin, Now));
        return Facts[^1];
    }

    public override string ToString() => string.Join('\n', Log.Select(stored => $"{stored.Stream} {stored.Type} {Encoding.UTF8.GetString(stored.Data.Span)}"));
}
