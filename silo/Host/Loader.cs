using System.Text.Json;
using Grains.Kernel;

namespace Silo.Host;

/// <summary>Reads a stream into a state: the newest usable snapshot and the events after it.</summary>
internal sealed class Loader(IEventStore store, HostOptions options)
{
    private const int Page = 1_000;

    // A snapshot holds what these very rules made of the events; other rules read the events themselves.
    private static readonly string Rules = typeof(Loader).Assembly.ManifestModule.ModuleVersionId.ToString("N")
        + typeof(EventJson).Assembly.ManifestModule.ModuleVersionId.ToString("N");

    public async Task<Loaded> LoadAsync(StreamId stream, GrainType type)
    {
        var (state, head, recordedAt) = (type.Initial, Head.None, DateTimeOffset.MinValue);
        if (await store.ReadSnapshotAsync(stream, CancellationToken.None) is { } snapshot && snapshot.Rules == Rules && Open(snapshot, type) is { } kept)
            (state, head, recordedAt) = (kept.State, snapshot.Head, kept.RecordedAt);

        var snapshotVersion = head.Version;
        while (true)
        {
            var page = await store.ReadAsync(stream, head.Version, Page, CancellationToken.None);
            foreach (var stored in page)
            {
                state = type.Evolve(state, type.Json.Decode(stored).Event);
                (head, recordedAt) = (new(stored.Version, stored.Id), stored.RecordedAt);
            }
            if (page.Length < Page) return new(state, head, snapshotVersion, recordedAt);
        }
    }

    /// <summary>Keeps a snapshot when enough has happened since the last. A failure costs the next start some time and nothing else.</summary>
    public async Task SnapshotAsync(Entity entity)
    {
        if (entity.DurableHead.Version - entity.SnapshotVersion < options.SnapshotEvery) return;
        entity.SnapshotVersion = entity.DurableHead.Version;
        var state = JsonSerializer.SerializeToElement(entity.DurableState, entity.Type.StateType, EventJson.Options);
        var data = JsonSerializer.SerializeToUtf8Bytes(new Kept(entity.RecordedAt, state), EventJson.Options);
        try
        {
            await store.WriteSnapshotAsync(new(entity.Stream, entity.DurableHead, Rules, data), CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // The next event tries again after another SnapshotEvery.
        }
    }

    /// <returns>Null for a damaged snapshot: the events themselves say the same.</returns>
    private static (object State, DateTimeOffset RecordedAt)? Open(Snapshot snapshot, GrainType type)
    {
        try
        {
            var kept = JsonSerializer.Deserialize<Kept>(snapshot.Data.Span, EventJson.Options);
            return kept?.State.Deserialize(type.StateType, EventJson.Options) is { } state ? (state, kept.RecordedAt) : null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <param name="RecordedAt">Of the snapshot's head: a decision's now is never before it, also when no event follows.</param>
    private sealed record Kept(DateTimeOffset RecordedAt, JsonElement State);
}
