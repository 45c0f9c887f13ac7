using System.Collections.Immutable;
using Grains.Kernel;

namespace Silo.Host;

/// <summary>Sends what the log says must be told outside: it follows the feed, and its durable cursor makes sure that nothing is left out.</summary>
/// <remarks>A crash between sending and moving the cursor sends again under the same id; receivers tell by it. One caller at a time.</remarks>
/// <param name="name">The cursor's name, stored for ever.</param>
/// <param name="types">The kinds whose facts can raise an effect; events of other kinds are not even read.</param>
/// <param name="effectsOf">Pure: what one fact makes known, in order.</param>
/// <param name="send">Ends when the effect is received. Throwing means not sent; it is tried again, and nothing after it goes first.</param>
public sealed class EffectsWorker(
    string name, IEventStore store, IEnumerable<GrainType> types, TimeProvider time,
    Func<Fact, ImmutableArray<Effect>> effectsOf, Func<SentEffect, CancellationToken, ValueTask> send)
{
    private const int Page = 500;
    private const int CursorEvery = 10_000; // Events without an effect: a restart reads them again in some tens of milliseconds.
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    private readonly Dictionary<GrainKind, GrainType> _types = types.ToDictionary(type => type.Kind);
    private long? _done;
    private long _durable;

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
    /// <exception cref="CorruptEventException">Events could not be read, so their effects are unknown. They are behind the cursor now: what comes
    /// after them is not held up, and nobody is told of them again.</exception>
    public async ValueTask<long> RunOnceAsync(CancellationToken cancel)
    {
        var done = _done ??= _durable = await store.ReadCursorAsync(name, cancel);
        while (true)
        {
            var page = await store.ReadFeedAsync(done, Page, cancel);
            if (page.IsEmpty) return done;
            var (sent, unreadable) = (0, new List<Exception>());
            foreach (var stored in page)
                if (Read(stored, unreadable) is { } fact) sent += await SendAsync(stored, fact, cancel);
            _done = done = page[^1].Position;
            if (sent + unreadable.Count == 0 && done - _durable < CursorEvery) continue; // A flush of its own for nothing to remember.
            await store.WriteCursorAsync(name, _durable = done, cancel);
            if (unreadable.Count > 0) throw new CorruptEventException($"{unreadable.Count} events up to position {done} cannot be read; what {name} had to tell of them is lost.", unreadable[0]);
        }
    }

    private Fact? Read(StoredEvent stored, List<Exception> unreadable)
    {
        try
        {
            return _types.TryGetValue(stored.Stream.Kind, out var type) ? type.Json.Decode(stored) : null;
        }
        catch (Exception e) when (e is CorruptEventException or UnknownEventException)
        {
            unreadable.Add(e);
            return null;
        }
    }

    private async ValueTask<int> SendAsync(StoredEvent stored, Fact fact, CancellationToken cancel)
    {
        var effects = effectsOf(fact);
        for (var i = 0; i < effects.Length; i++) await send(new(EffectId.Of(stored.Stream, stored.Version, i), effects[i], fact.RecordedAt), cancel);
        return effects.Length;
    }
}

/// <param name="Id">The same for every try of the same effect.</param>
public sealed record SentEffect(string Id, Effect Effect, DateTimeOffset RaisedAt);
