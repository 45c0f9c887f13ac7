using System.Collections.Immutable;
using Grains.Kernel;

namespace Silo.Storage.Sqlite;

/// <summary>The last events of the log in memory, so that live followers cost the database nothing, and the signal that wakes them.</summary>
/// <remarks>Appended to by the store's thread once a batch is durable; read by any thread. Positions are without gaps here.</remarks>
internal sealed class FeedTail(long lastPosition)
{
    private const int EventsMax = 8_192;                // Part of a second at full speed, minutes of real life; who lags further reads the database.
    private const long BytesMax = 8 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly StoredEvent?[] _ring = new StoredEvent?[EventsMax];
    private TaskCompletionSource _moved = Signal();
    private long _first = lastPosition + 1;             // The oldest position that is kept.
    private long _last = lastPosition;
    private long _bytes;

    public long LastPosition { get { lock (_lock) return _last; } }

    /// <summary>The events after a position, or false when they reach further back than the tail.</summary>
    public bool TryRead(long afterPosition, int max, out ImmutableArray<StoredEvent> events)
    {
        lock (_lock)
        {
            events = [];
            if (afterPosition >= _last) return true;
            if (afterPosition < _first - 1) return false;
            var found = ImmutableArray.CreateBuilder<StoredEvent>((int)Math.Min(max, _last - afterPosition));
            for (var at = afterPosition + 1; found.Count < found.Capacity; at++) found.Add(_ring[at % EventsMax]!);
            events = found.MoveToImmutable();
            return true;
        }
    }

    public Task MovedAsync(long afterPosition)
    {
        lock (_lock) return _last > afterPosition ? Task.CompletedTask : _moved.Task;
    }

    public void Append(List<StoredEvent> events)
    {
        TaskCompletionSource moved;
        lock (_lock)
        {
            foreach (var e in events) Append(e);
            (moved, _moved) = (_moved, Signal());
        }
        moved.SetResult();
    }

    private void Append(StoredEvent e)
    {
        if (e.Position - _first == EventsMax) DropFirst();
        _ring[e.Position % EventsMax] = e;
        _last = e.Position;
        _bytes += e.Data.Length;
        while (_bytes > BytesMax) DropFirst();
    }

    private void DropFirst()
    {
        ref var slot = ref _ring[_first++ % EventsMax];
        _bytes -= slot!.Data.Length;
        slot = null;
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
