using System.Collections.Immutable;

namespace Gateway.Views;

/// <summary>What a watcher is told, each time true of one position and one instant.</summary>
public abstract record WatchMessage<TRow>(long Position, DateTimeOffset EvaluatedAt)
{
    /// <summary>Everything that is watched; a large one comes in parts of at most <see cref="PartMax"/> rows, the last of which is complete.</summary>
    public sealed record Snapshot(ImmutableArray<TRow> Rows, bool Complete, long Position, DateTimeOffset EvaluatedAt)
        : WatchMessage<TRow>(Position, EvaluatedAt)
    {
        public const int PartMax = 500;
    }

    /// <summary>What became different since the message before.</summary>
    /// <param name="Removed">Rows that are no longer watched, as the watcher last had them.</param>
    public sealed record Delta(ImmutableArray<TRow> Rows, ImmutableArray<TRow> Removed, long Position, DateTimeOffset EvaluatedAt)
        : WatchMessage<TRow>(Position, EvaluatedAt);

    /// <summary>Everything told so far is still true at this position and instant; a change that waits for its turn lies after it.</summary>
    public sealed record Heartbeat(long Position, DateTimeOffset EvaluatedAt) : WatchMessage<TRow>(Position, EvaluatedAt);
}
