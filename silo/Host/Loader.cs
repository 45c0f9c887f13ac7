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
        var (state, head) = (type.Initial, Head.None);
        if (await store.ReadSnapshotAsync(stream, CancellationToken.None) is { } snapshot && snapshot.Rules == Rules)
            (state, head) = (JsonSerializer.Deserialize(snapshot.Data.Span, type.StateType, EventJson.Options)!, snapshot.Head);

        var (snapshotVersion, recordedAt) = (head.Version, DateTimeOffset.MinValue);
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
        var data = JsonSerializer.SerializeToUtf8Bytes(entity.DurableState, entity.Type.StateType, EventJson.Options);
        try
        {
            await store.WriteSnapshotAsync(new(entity.Stream, entity.DurableHead, Rules, data), CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // The next event tries again after another SnapshotEvery.
        }
    }
}
