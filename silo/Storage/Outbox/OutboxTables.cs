using System.Collections.Immutable;
using Grains.Kernel;
using Silo.Storage.Sqlite;

namespace Silo.Storage.Outbox;

/// <summary>The outbox's rows. On its thread only; what writes runs inside a transaction.</summary>
internal sealed class OutboxTables(SqliteFile file)
{
    public const int Waits = 0;
    public const int Sent = 1;
    public const int Dead = 2;

    private const string Columns = "id, target, effect, kind, subject, owner, raised_at, tries, reason, due";

    private readonly Statement _add = file.Prepare("""
        insert into delivery (effect, target, kind, subject, owner, raised_at, state, tries, due, lease, reason)
        values (?, ?, ?, ?, ?, ?, 0, 0, ?, 0, '') on conflict (effect, target) do nothing
        """);
    private readonly Statement _due = file.Prepare($"""
        select {Columns} from delivery where id in (
            select min(id) from delivery where state = 0 and due <= ?1 and target not in (select target from delivery where state = 0 and lease > ?1)
            group by target)
        order by due, id limit ?2
        """);
    private readonly Statement _lease = file.Prepare("update delivery set lease = ? where id = ?");
    private readonly Statement _end = file.Prepare(
        "update delivery set state = ?, reason = ?, due = ?, lease = 0, tries = tries + case when ?1 = 1 then 0 else 1 end where id = ?");
    private readonly Statement _dead = file.Prepare($"select {Columns} from delivery where state = 2 order by due desc, id desc limit ?");
    private readonly Statement _exists = file.Prepare("select 1 from delivery where id = ?");
    private readonly Statement _retry = file.Prepare("update delivery set state = 0, tries = 0, due = ? where id = ? and state = 2");
    private readonly Statement _forget = file.Prepare("delete from delivery where state <> 0 and due < ?");
    private readonly Statement _subscribe = file.Prepare("""
        insert into subscriber (subscription, caller, roles, provider, until) values (?, ?, ?, ?, ?)
        on conflict (subscription) do update set roles = excluded.roles, provider = excluded.provider, until = excluded.until
        """);
    private readonly Statement _unsubscribe = file.Prepare("delete from subscriber where subscription = ?");
    private readonly Statement _subscribers = file.Prepare("select subscription, caller, roles, provider, until from subscriber order by subscription");

    public void Add(Notice notice, string target, DateTimeOffset now) => _add.Bind(1, notice.Id).Bind(2, target).Bind(3, notice.Kind)
        .Bind(4, notice.Subject.ToString()).Bind(5, notice.Owner).Bind(6, Micros.From(notice.RaisedAt)).Bind(7, Micros.From(now)).Run();

    public ImmutableArray<Delivery> Due(DateTimeOffset now, int max)
    {
        var due = ImmutableArray.CreateBuilder<Delivery>();
        for (_due.Bind(1, Micros.From(now)).Bind(2, max); _due.Step();) due.Add(Read(_due));
        return due.DrainToImmutable();
    }

    public void Lease(long id, DateTimeOffset until) => _lease.Bind(1, Micros.From(until)).Bind(2, id).Run();

    public void End(long id, int state, string reason, DateTimeOffset due) =>
        _end.Bind(1, state).Bind(2, reason).Bind(3, Micros.From(due)).Bind(4, id).Run();

    public ImmutableArray<DeadLetter> DeadLetters(int max)
    {
        var dead = ImmutableArray.CreateBuilder<DeadLetter>();
        for (_dead.Bind(1, max); _dead.Step();) dead.Add(new(Read(_dead), _dead.Text(8), Micros.ToInstant(_dead.Int(9))));
        return dead.DrainToImmutable();
    }

    public bool Exists(long id)
    {
        var exists = _exists.Bind(1, id).Step();
        _exists.Reset();
        return exists;
    }

    public void Retry(long id, DateTimeOffset now) => _retry.Bind(1, Micros.From(now)).Bind(2, id).Run();

    public void Forget(DateTimeOffset before) => _forget.Bind(1, Micros.From(before)).Run();

    public void Subscribe(PushSubscriber subscriber) => _subscribe.Bind(1, subscriber.Subscription.Id).Bind(2, subscriber.Caller)
        .Bind(3, string.Join(',', subscriber.Roles)).Bind(4, subscriber.Provider ?? "").Bind(5, Micros.From(subscriber.Until)).Run();

    public void Unsubscribe(TextRef subscription) => _unsubscribe.Bind(1, subscription.Id).Run();

    public ImmutableArray<PushSubscriber> Subscribers()
    {
        var all = ImmutableArray.CreateBuilder<PushSubscriber>();
        while (_subscribers.Step())
            all.Add(new(
                new(_subscribers.Text(0)), _subscribers.Text(1), [.. _subscribers.Text(2).Split(',', StringSplitOptions.RemoveEmptyEntries)],
                _subscribers.Text(3) is { Length: > 0 } provider ? provider : null, Micros.ToInstant(_subscribers.Int(4))));
        return all.DrainToImmutable();
    }

    private static Delivery Read(Statement row) => new(
        row.Int(0), row.Text(1), new(row.Text(2), row.Text(3), StreamId.Parse(row.Text(4)), row.Text(5), Micros.ToInstant(row.Int(6))), (int)row.Int(7));
}
