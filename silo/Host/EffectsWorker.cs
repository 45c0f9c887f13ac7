using System.Collections.Immutable;
using Grains.Kernel;

namespace Silo.Host;

/// <summary>Sends what the log says must be told outside: it follows the feed, and its durable cursor makes sure that nothing is left out.</summary>
/// <remarks>A crash between sending and moving the cursor sends again under the same id; receivers tell by it.</remarks>
/// <param name="name">The cursor's name, stored for ever.</param>
/// <param name="effectsOf">Pure: what one fact makes known, in order.</param>
/// <param name="send">Ends when the effect is received. Throwing means not sent; it is tried again, and nothing after it goes first.</param>
public sealed class EffectsWorker(
    string name, IEventStore store, IEnumerable<GrainType> types, TimeProvider time,
    Func<Fact, ImmutableArray<Effect>> effectsOf, Func<SentEffect, CancellationToken, ValueTask> send)
{
    private const int Page = 500;
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    private readonly Dictionary<GrainKind, GrainType> _types = types.ToDictionary(type => type.Kind);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(Action<Exception> failed, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await store.WaitAsync(await RunOnceAsync(cancel), cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return; // What was not finished is sent again from the cursor.
            }
            catch (Exception e)
            {
                failed(e);
                await Task.Delay(PauseAfterFailure, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Sends everything that the log holds now.</summary>
    /// <returns>The position up to which all is sent.</returns>
    public async ValueTask<long> RunOnceAsync(CancellationToken cancel)
    {
        var done = await store.ReadCursorAsync(name, cancel);
        while (true)
        {
            var page = await store.ReadFeedAsync(done, Page, cancel);
            if (page.IsEmpty) return done;
            foreach (var stored in page) await SendAsync(stored, cancel);
            done = page[^1].Position;
            await store.WriteCursorAsync(name, done, cancel);
        }
    }

    private async ValueTask SendAsync(StoredEvent stored, CancellationToken cancel)
    {
        var fact = _types[stored.Stream.Kind].Json.Decode(stored);
        var effects = effectsOf(fact);
        for (var i = 0; i < effects.Length; i++) await send(new($"{stored.Id:N}.{i}", effects[i], fact.RecordedAt), cancel);
    }
}

/// <param name="Id">The same for every try of the same effect.</param>
public sealed record SentEffect(string Id, Effect Effect, DateTimeOffset RaisedAt);
