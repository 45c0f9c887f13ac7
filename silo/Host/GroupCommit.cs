using System.Collections.Immutable;
using Grains.Kernel;

namespace Silo.Host;

/// <summary>Shares one flush between all items that arrived while the flush before it was running.</summary>
/// <remarks>
/// Used by the host's loop alone. It works at its own pace: an idle store gets an item at once, a busy one gets everything that came meanwhile.
/// <code>
/// decided  a b   c d e f      g
/// commit   [a]───▶[b c d e]───▶[f g]───▶       a batch is bounded in items and in bytes
/// </code>
/// </remarks>
internal sealed class GroupCommit(IEventStore store, HostOptions options, Action<Committed> finished)
{
    private readonly Queue<InFlightItem> _queue = new();
    private bool _running;

    public bool IsIdle => !_running && _queue.Count == 0;

    public void Add(InFlightItem item) => _queue.Enqueue(item);

    /// <summary>Starts the next commit unless one is running or there is nothing to write.</summary>
    public void Flush()
    {
        if (_running || _queue.Count == 0) return;
        _running = true;
        _ = CommitAsync(TakeBatch());
    }

    /// <summary>The commit that was running has been dealt with; the next may start.</summary>
    public void Done() => _running = false;

    private ImmutableArray<InFlightItem> TakeBatch()
    {
        var batch = ImmutableArray.CreateBuilder<InFlightItem>(Math.Min(_queue.Count, options.BatchItems));
        var bytes = 0L;
        while (batch.Count < options.BatchItems && _queue.TryPeek(out var next))
        {
            bytes += next.Bytes;
            if (bytes > options.BatchBytes && batch.Count > 0) break;
            batch.Add(_queue.Dequeue());
        }
        return batch.DrainToImmutable();
    }

    private async Task CommitAsync(ImmutableArray<InFlightItem> batch)
    {
        var ends = ImmutableArray.CreateBuilder<ItemEnd>(batch.Length);
        await CommitAsync(batch, ends);
        finished(new(batch, ends.MoveToImmutable()));
    }

    /// <summary>A batch that the store rejects for what is in it is halved until the culprit stands alone. Should the first try have landed after all,
    /// the halves find other heads or recorded commands and write nothing twice.</summary>
    private async Task CommitAsync(ImmutableArray<InFlightItem> batch, ImmutableArray<ItemEnd>.Builder ends)
    {
        try
        {
            var outcomes = await store.CommitAsync([.. batch.Select(item => item.Item)], CancellationToken.None);
            ends.AddRange(outcomes.Select(outcome => new ItemEnd(outcome, null)));
        }
        catch (Exception failure) when (batch.Length == 1 || failure is StoreUnavailableException or StoreOutcomeUnknownException)
        {
            ends.AddRange(batch.Select(_ => new ItemEnd(null, failure))); // Whatever it is, the loop must hear of it: no caller may wait for ever.
        }
        catch (Exception)
        {
            await CommitAsync(batch[..(batch.Length / 2)], ends);
            await CommitAsync(batch[(batch.Length / 2)..], ends);
        }
    }
}

/// <summary>A decided item on its way to the store.</summary>
/// <param name="Pending">Who asked; null for a fence and for a new due instant.</param>
/// <param name="Answer">What the caller gets once the item is written; null for an acceptance, whose answer is what was written.</param>
internal sealed record InFlightItem(CommitItem Item, PendingStep? Pending, Answer? Answer, ImmutableArray<InFlightPart> Parts)
{
    public int Bytes { get; } = Item.Appends.Sum(append => append.Events.Sum(e => e.Data.Length));
}

/// <param name="Facts">What the part wrote, or nothing when it only checks the head.</param>
internal readonly record struct InFlightPart(Entity Entity, int Epoch, object StateAfter, Head HeadAfter, ImmutableArray<object> Facts);

/// <param name="Ends">One per item, in order.</param>
internal sealed record Committed(ImmutableArray<InFlightItem> Batch, ImmutableArray<ItemEnd> Ends);

/// <param name="Outcome">Null when the store threw.</param>
internal readonly record struct ItemEnd(Outcome? Outcome, Exception? Failure);
