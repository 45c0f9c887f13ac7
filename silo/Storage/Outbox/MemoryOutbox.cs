using System.Collections.Immutable;
using Grains.Kernel;

namespace Silo.Storage.Outbox;

/// <summary>An outbox in memory for tests and the simulation. Every member ends before it returns.</summary>
public sealed class MemoryOutbox : IOutbox
{
    private enum State { Waits, Sent, Dead }

    private readonly Lock _lock = new();
    private readonly List<Row> _rows = [];
    private readonly SortedDictionary<string, PushSubscriber> _subscribers = new(StringComparer.Ordinal);
    private long _last;

    public ValueTask AddAsync(Notice notice, ImmutableArray<string> targets, DateTimeOffset now, CancellationToken cancel) => Do(() =>
    {
        foreach (var target in targets)
            if (!_rows.Exists(row => row.Delivery.Notice.Id == notice.Id && row.Delivery.Target == target))
                _rows.Add(new(new(++_last, target, notice, 0)) { Due = now });
    });

    public ValueTask<ImmutableArray<Delivery>> ClaimAsync(DateTimeOffset now, DateTimeOffset leaseUntil, int max, CancellationToken cancel)
    {
        lock (_lock)
        {
            var busy = _rows.Where(row => row.State == State.Waits && row.Lease > now).Select(row => row.Delivery.Target).ToHashSet();
            var due = _rows.Where(row => row.State == State.Waits && row.Due <= now && !busy.Contains(row.Delivery.Target))
                .GroupBy(row => row.Delivery.Target).Select(rows => rows.MinBy(row => row.Delivery.Id)!)
                .OrderBy(row => (row.Due, row.Delivery.Id)).Take(max).ToList();
            foreach (var row in due) row.Lease = leaseUntil;
            return new([.. due.Select(row => row.Delivery)]);
        }
    }

    public ValueTask SentAsync(long id, DateTimeOffset now, CancellationToken cancel) => End(id, State.Sent, "", now);

    public ValueTask FailedAsync(long id, string reason, DateTimeOffset? again, DateTimeOffset now, CancellationToken cancel) =>
        End(id, again is null ? State.Dead : State.Waits, reason, again ?? now);

    public ValueTask<ImmutableArray<DeadLetter>> DeadLettersAsync(int max, CancellationToken cancel)
    {
        lock (_lock)
            return new([.. _rows.Where(row => row.State == State.Dead).OrderByDescending(row => (row.Due, row.Delivery.Id)).Take(max)
                .Select(row => new DeadLetter(row.Delivery, row.Reason, row.Due))]);
    }

    public ValueTask<bool> RetryAsync(long id, DateTimeOffset now, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_rows.Find(row => row.Delivery.Id == id) is not { } row) return new(false);
            if (row.State == State.Dead) (row.State, row.Due, row.Delivery) = (State.Waits, now, row.Delivery with { Tries = 0 });
            return new(true);
        }
    }

    public ValueTask ForgetAsync(DateTimeOffset before, CancellationToken cancel) => Do(() => _rows.RemoveAll(row => row.State != State.Waits && row.Due < before));

    public ValueTask SubscribeAsync(PushSubscriber subscriber, CancellationToken cancel) => Do(() => _subscribers[subscriber.Subscription.Id] = subscriber);

    public ValueTask UnsubscribeAsync(TextRef subscription, CancellationToken cancel) => Do(() => _subscribers.Remove(subscription.Id));

    public ValueTask<ImmutableArray<PushSubscriber>> SubscribersAsync(CancellationToken cancel)
    {
        lock (_lock) return new([.. _subscribers.Values]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ValueTask End(long id, State state, string reason, DateTimeOffset due) => Do(() =>
    {
        if (_rows.Find(row => row.Delivery.Id == id) is not { } row) return;
        (row.State, row.Reason, row.Due, row.Lease) = (state, reason, due, DateTimeOffset.MinValue);
        if (state != State.Sent) row.Delivery = row.Delivery with { Tries = row.Delivery.Tries + 1 };
    });

    private ValueTask Do(Action work)
    {
        lock (_lock) work();
        return ValueTask.CompletedTask;
    }

    private sealed class Row(Delivery delivery)
    {
        public Delivery Delivery { get; set; } = delivery;
        public State State { get; set; }
        public DateTimeOffset Due { get; set; }
        public DateTimeOffset Lease { get; set; } = DateTimeOffset.MinValue;
        public string Reason { get; set; } = "";
    }
}
