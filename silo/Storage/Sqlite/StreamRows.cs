using Grains.Kernel;

namespace Silo.Storage.Sqlite;

/// <summary>A stream's row as the batch that is being written leaves it.</summary>
internal sealed class StreamRow(StreamId stream, string name)
{
    public StreamId Stream => stream;
    public string Name => name;
    public long Id { get; set; }            // 0 until something of the stream is written.
    public Head Head { get; set; } = Head.None;
    public bool IsNew { get; set; }
    public bool IsChanged { get; set; }
    public bool SetsDue { get; set; }
    public long? Due { get; set; }
}

/// <summary>Streams' heads, kept in memory because no other process can move them; rows that a batch changed are written once, at its end.</summary>
internal sealed class StreamRows(SqliteFile file)
{
    private const int KeptMax = 65_536; // About 15 MB. Beyond it all are dropped and read again when needed.

    private readonly Dictionary<StreamId, StreamRow> _kept = [];
    private readonly List<StreamRow> _changed = [];
    private readonly Statement _find = file.Prepare("select id, version, event_id from stream where name = ?");
    private readonly Statement _insert = file.Prepare("insert into stream (id, name, version, event_id, due) values (?, ?, ?, ?, ?)");
    private readonly Statement _move = file.Prepare("update stream set version = ?, event_id = ? where id = ?");
    private readonly Statement _moveWithDue = file.Prepare("update stream set version = ?, event_id = ?, due = ?, lease = null where id = ?");
    private long _lastId = file.Number("select max(id) from stream") ?? 0;

    public StreamRow Find(StreamId stream)
    {
        if (_kept.TryGetValue(stream, out var known)) return known;
        var row = new StreamRow(stream, stream.ToString());
        if (_find.Bind(1, row.Name).Step())
        {
            (row.Id, row.Head) = (_find.Int(0), new(_find.Int(1), _find.Guid(2)));
            _find.Reset();
        }
        _kept.Add(stream, row);
        return row;
    }

    /// <summary>The row will be written at the end of the batch; it has an id from here on.</summary>
    public void Change(StreamRow row)
    {
        if (row.IsChanged) return;
        row.IsChanged = true;
        _changed.Add(row);
        if (row.Id != 0) return;
        row.Id = ++_lastId;
        row.IsNew = true;
    }

    public void WriteChanged()
    {
        foreach (var row in _changed)
        {
            if (row.IsNew) _insert.Bind(1, row.Id).Bind(2, row.Name).Bind(3, row.Head.Version).Bind(4, row.Head.EventId).Bind(5, row.Due).Run();
            else if (row.SetsDue) _moveWithDue.Bind(1, row.Head.Version).Bind(2, row.Head.EventId).Bind(3, row.Due).Bind(4, row.Id).Run();
            else _move.Bind(1, row.Head.Version).Bind(2, row.Head.EventId).Bind(3, row.Id).Run();
            (row.IsNew, row.IsChanged, row.SetsDue, row.Due) = (false, false, false, null);
        }
        _changed.Clear();
        if (_kept.Count > KeptMax) _kept.Clear();
    }

    /// <summary>Forgets everything that a batch changed, and all else: the database is right. Ids given to streams are not used again.</summary>
    public void Drop()
    {
        _changed.Clear();
        _kept.Clear();
    }
}
