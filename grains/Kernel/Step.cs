using System.Collections.Immutable;

namespace Grains.Kernel;

/// <summary>One command to one or several grains: every grain decides its own part, and the store writes all parts or none.</summary>
/// <param name="Command">The client's key and the keyed hash of what it asked; for what a grain does by itself a key derived from stream and head.</param>
/// <param name="Leader">The stream whose turn leads: the facility that gives the bed when one is involved, else the placement.</param>
/// <param name="Parts">1 to <see cref="StoreLimits.ItemAppendsMax"/>, in the order in which their refusals count: of two refusing parts the caller sees the first.</param>
public sealed record Step(Command Command, Origin Origin, StreamId Leader, ImmutableArray<Part> Parts);

/// <param name="Order">The grain's own command record, or null for a stream that is only read: its head is checked and nothing is decided.</param>
/// <param name="Seen">The head of the state from which the step was planned, or null when the plan does not depend on it.
/// When the stream has moved on, the answer is <see cref="Answer.Outdated"/> and the planner looks again.</param>
public sealed record Part(StreamId Stream, object? Order, Head? Seen = null);

/// <summary>What became of a step.</summary>
public abstract record Answer
{
    private Answer() { }

    /// <summary>Durable. A repeated command gets the very facts that its first try wrote.</summary>
    /// <param name="Position">Give it to a read as <c>at_least_position</c> to see this step on any node.</param>
    public sealed record Accepted(long Position, ImmutableArray<Fact> Facts) : Answer
    {
        public TEvent? Find<TEvent>() where TEvent : class => Facts.Select(fact => fact.Event).OfType<TEvent>().FirstOrDefault();
    }

    /// <summary>Nothing was written, and the reason was still true when every event that it rests on was durable.</summary>
    public sealed record Refused(Refusal Refusal, StreamId By) : Answer;

    /// <summary>Nothing was written: a stream that the plan was made from has moved on. Plan again.</summary>
    public sealed record Outdated : Answer;
}

/// <summary>An event as it stands in its stream, with who said it and when.</summary>
public sealed record Fact(StreamId Stream, long Version, object Event, Origin Origin, DateTimeOffset RecordedAt);

/// <summary>A grain's state as read, with the head that it belongs to.</summary>
public readonly record struct Seen<TState>(TState State, Head Head);

/// <summary>Asks steps and reads grains. In one process it is the host itself; in a cluster it finds the grain's silo.</summary>
public interface IGrains
{
    /// <exception cref="StoreUnavailableException">Nothing was written. Retry with the same command id.</exception>
    /// <exception cref="StoreOutcomeUnknownException">It may be written. Retry with the same command id.</exception>
    ValueTask<Answer> AskAsync(Step step, CancellationToken cancel);

    /// <summary>The grain's committed state, at least as new as every commit acknowledged by this node before the call.</summary>
    ValueTask<Seen<TState>> ReadAsync<TState>(StreamId stream, CancellationToken cancel);

    /// <summary>The accepted answer of a command that was given before, or null. Other contents under the same key are refused.</summary>
    ValueTask<Answer?> FindAsync(Command command, CancellationToken cancel);
}
