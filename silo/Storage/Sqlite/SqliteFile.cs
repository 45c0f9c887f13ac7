using SQLitePCL;

namespace Silo.Storage.Sqlite;

/// <summary>One SQLite file held by this process alone, on one connection. One thread at a time.</summary>
internal sealed class SqliteFile : IDisposable
{
    private const int OpenExtendedCodes = 0x02000000; // SQLITE_OPEN_EXRESCODE, which the binding does not name.

    private readonly sqlite3 _db;
    private readonly List<Statement> _statements = [];

    static SqliteFile() => Batteries_V2.Init();

    private SqliteFile(string path, sqlite3 db) => (Path, _db) = (path, db);

    public string Path { get; }

    /// <summary>Called with each statement before it runs; only tests set it, to stop the process anywhere.</summary>
    public Action<string>? BeforeStatement { get; set; }

    /// <summary>True outside a transaction, also after SQLite ended one by itself because of an error.</summary>
    public bool IsOutsideTransaction => raw.sqlite3_get_autocommit(_db) != 0;

    /// <summary>Opens or creates the file, readable by its owner only.</summary>
    /// <exception cref="StorageFileException">Another process holds it, or it is no usable database.</exception>
    public static SqliteFile Open(string path, string pragmas, Action<string>? beforeStatement)
    {
        var full = System.IO.Path.GetFullPath(path);
        CreateForOwner(full);
        var code = raw.sqlite3_open_v2(full, out var db, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | OpenExtendedCodes, null);
        var file = new SqliteFile(full, db) { BeforeStatement = beforeStatement };
        try
        {
            file.Check(code);
            file.Run(pragmas);
            file.Run("begin exclusive; commit;"); // Takes the lock now; locking_mode keeps it.
            return file;
        }
        catch (SqliteError e)
        {
            file.Dispose();
            throw file.Unusable(e);
        }
    }

    public StorageFileException Unusable(SqliteError e) => new(
        e.IsBusy ? $"{Path} is in use by another process; only one may hold it."
        : e.IsDamage ? $"{Path} is damaged or is no database: {e.Message}."
        : $"{Path} cannot be opened: {e.Message}.", e);

    public Statement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_db, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle));
        var statement = new Statement(this, sql, handle);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Runs statements that answer nothing.</summary>
    public void Run(string sql)
    {
        BeforeStatement?.Invoke(sql);
        Check(raw.sqlite3_exec(_db, sql));
    }

    /// <summary>The one number that a statement answers, or null.</summary>
    public long? Number(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_db, sql, out var handle));
        using var statement = new Statement(this, sql, handle);
        return statement.Step() && !statement.IsNull(0) ? statement.Int(0) : null;
    }

    /// <summary>Ends every statement that an exception left in the middle of its rows.</summary>
    public void ResetStatements()
    {
        foreach (var statement in _statements) statement.Reset();
    }

    public void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw Error(code);
    }

    public SqliteError Error(int code) => new(code, _db.IsInvalid ? "no connection" : raw.sqlite3_errmsg(_db).utf8_to_string());

    public void Dispose()
    {
        foreach (var statement in _statements) statement.Dispose();
        _db.Dispose();
    }

    private static void CreateForOwner(string path)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            if (!File.Exists(path)) new FileStream(path, options).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!File.Exists(path)) throw new StorageFileException($"{path} cannot be created: {e.Message}", e);
        }
    }
}
