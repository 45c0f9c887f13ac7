using Grains.Kernel;

namespace Silo.Storage;

/// <summary>Recomputes the hash chain from what the store serves, so that a changed, missing or added byte is found.</summary>
public static class ChainCheck
{
    private const int LinksPerRead = 256;
    private const int EventsPerRead = 1_024;

    /// <summary>Walks the whole log.</summary>
    /// <returns>The first link that does not match its events, or null when all do.</returns>
    public static async ValueTask<ChainLink?> FirstBrokenAsync(IEventStore store, CancellationToken cancel)
    {
        using var hash = new HashChain();
        var last = new ChainLink(0, 0, HashChain.Start);
        while (true)
        {
            var links = await store.ReadChainAsync(last.Position, LinksPerRead, cancel);
            foreach (var link in links)
            {
                if (link.After != last.Position || !await MatchesAsync(store, hash, last.Hash, link, cancel)) return link;
                last = link;
            }
            if (links.IsEmpty) break;
        }
        var end = await store.LastPositionAsync(cancel);
        return end == last.Position ? null : new(last.Position, end, default); // Events that no link covers.
    }

    private static async ValueTask<bool> MatchesAsync(IEventStore store, HashChain hash, ReadOnlyMemory<byte> previous, ChainLink link, CancellationToken cancel)
    {
        hash.Begin(previous);
        var at = link.After;
        while (at < link.Position)
        {
            var events = await store.ReadFeedAsync(at, EventsPerRead, cancel);
            if (events.IsEmpty) break;
            foreach (var e in events)
            {
                if (e.Position > link.Position) break;
                hash.Add(e.Position, e.RecordedAt, e.Stream.ToString(), e.Version, e.Id, e.Type, e.Data.Span);
            }
            at = events[^1].Position;
        }
        return link.Hash.Span.SequenceEqual(hash.End());
    }
}
