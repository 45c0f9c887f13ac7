using SQLitePCL;

namespace Silo.Storage.Sqlite;

/// <summary>What SQLite answered to one statement. It never leaves this folder: the store says what it means for the caller.</summary>
internal sealed class SqliteError(int extendedCode, string message) : Exception($"{message} (SQLite {extendedCode})")
{
    private readonly int _code = extendedCode & 0xff;

    public bool IsBusy => _code is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;
    public bool IsFull => _code is raw.SQLITE_FULL;
    public bool IsFailedFlush => extendedCode is raw.SQLITE_IOERR_FSYNC or raw.SQLITE_IOERR_DIR_FSYNC;
    public bool IsDamage => _code is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;
}
