using Grains.Kernel;

namespace Silo.Storage.Sqlite;

/// <summary>Recorded commands.</summary>
internal sealed class CommandTable(SqliteFile file)
{
    private const int ForgetMax = 1_000; // Forgotten in one transaction, some milliseconds, so that commits get their turn in between.

    private readonly Statement _find = file.Prepare("select hash, after, position from command where caller = ? and id = ?");
    private readonly Statement _insert = file.Prepare(
        "insert into command (caller, id, hash, after, position, recorded_at) values (?, ?, ?, ?, ?, ?)");
    private readonly Statement _forget = file.Prepare(
        $"delete from command where sequence in (select sequence from command order by sequence limit {ForgetMax}) and recorded_at < ? returning sequence");

    public Outcome.Duplicate? Find(CommandKey key, ReadOnlySpan<byte> contentHash)
    {
        if (!_find.Bind(1, key.Caller).Bind(2, key.Id).Step()) return null;
        var found = new Outcome.Duplicate(_find.Int(1), _find.Int(2), _find.Blob(0).SequenceEqual(contentHash));
        _find.Reset();
        return found;
    }

    public void Add(Command command, Outcome.Written answer) => _insert
        .Bind(1, command.Key.Caller).Bind(2, command.Key.Id).Bind(3, command.ContentHash.Span)
        .Bind(4, answer.After).Bind(5, answer.Position).Bind(6, Micros.From(answer.RecordedAt)).Run();

    /// <summary>Forgets some of those recorded before an instant. True when there may be more.</summary>
    public bool ForgetSome(DateTimeOffset before)
    {
        var forgotten = 0;
        for (_forget.Bind(1, Micros.From(before)); _forget.Step();) forgotten++;
        return forgotten == ForgetMax;
    }
}
