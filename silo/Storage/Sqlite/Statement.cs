using System.Text;
using SQLitePCL;

namespace Silo.Storage.Sqlite;

/// <summary>A prepared statement of a <see cref="SqliteFile"/>; parameters count from 1, columns from 0. One thread at a time.</summary>
internal sealed class Statement(SqliteFile file, string sql, sqlite3_stmt handle) : IDisposable
{
    private const int StackBytesMax = 512;
    private bool _running;

    public Statement Bind(int index, long value)
    {
        file.Check(raw.sqlite3_bind_int64(handle, index, value));
        return this;
    }

    public Statement Bind(int index, long? value)
    {
        file.Check(value is { } known ? raw.sqlite3_bind_int64(handle, index, known) : raw.sqlite3_bind_null(handle, index));
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        // A null pointer would bind null, and an empty span may have one.
        file.Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, index, 0) : raw.sqlite3_bind_blob(handle, index, value));
        return this;
    }

    public Statement Bind(int index, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bind(index, bytes);
    }

    public Statement Bind(int index, string value)
    {
        var room = Encoding.UTF8.GetMaxByteCount(value.Length);
        var bytes = room <= StackBytesMax ? stackalloc byte[StackBytesMax] : new byte[room];
        file.Check(raw.sqlite3_bind_text(handle, index, bytes[..Encoding.UTF8.GetBytes(value, bytes)]));
        return this;
    }

    /// <summary>Goes to the next row. False at the end, where the statement is ready for its next use.</summary>
    public bool Step()
    {
        if (!_running) file.BeforeStatement?.Invoke(sql);
        _running = true;
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW) return true;
        Reset();
        if (code != raw.SQLITE_DONE) throw file.Error(code);
        return false;
    }

    /// <summary>Runs a statement of which no row is wanted.</summary>
    public void Run()
    {
        while (Step()) { }
    }

    /// <summary>Ends a statement of which not every row was read.</summary>
    public void Reset()
    {
        _running = false;
        if (handle.IsClosed) return; // Its file resets all that it ever prepared, also those that are done with.
        raw.sqlite3_reset(handle); // Repeats the error of the step, which was thrown already.
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;
    public long Int(int column) => raw.sqlite3_column_int64(handle, column);
    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    public Guid Guid(int column)
    {
        var bytes = Blob(column);
        return bytes.Length == 16 ? new(bytes, bigEndian: true) : throw new Grains.Kernel.CorruptEventException($"An id has {bytes.Length} bytes.");
    }

    public void Dispose() => handle.Dispose();
}
