using Grains.Kernel;

namespace Silo.Storage.Sqlite;

/// <summary>Reads and writes of one file, each failure under its name: nothing written, outcome unknown, or damaged.</summary>
/// <remarks>A flush that failed once cannot be trusted again: the system may have dropped the pages and report success the next time.
/// So after a failed COMMIT or flush everything is refused until the file is opened anew and SQLite has recovered it.</remarks>
internal sealed class Transactor(SqliteFile file)
{
    private readonly Statement _begin = file.Prepare("begin immediate");
    private readonly Statement _commit = file.Prepare("commit");
    private readonly Statement _rollback = file.Prepare("rollback");
    private readonly TaskCompletionSource<string> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isOpen;

    /// <summary>Ends, with the reason in one line, when the file is not trusted any more. From then on everything is refused.</summary>
    public Task<string> Broken => _broken.Task;

    public void ThrowIfBroken()
    {
        if (Broken is { IsCompleted: true, Result: var why }) throw new StoreUnavailableException($"refuses everything until it is opened anew: {why}");
    }

    public T Read<T>(Func<T> work)
    {
        ThrowIfBroken();
        try
        {
            return work();
        }
        catch (Exception e)
        {
            file.ResetStatements();
            if (e is not SqliteError error) throw;
            throw error.IsDamage ? new CorruptEventException($"{file.Path} is damaged: {e.Message}", e) : Unavailable(error);
        }
    }

    /// <summary>Runs work that may write, after <see cref="Begin"/>. It ends durable or with nothing written; without Begin it flushes nothing.</summary>
    public T Write<T>(Func<T> work)
    {
        ThrowIfBroken();
        T result;
        try
        {
            result = work();
        }
        catch (Exception e)
        {
            Rollback();
            if (e is not SqliteError error) throw;
            if (error.IsFailedFlush) Break(error);
            throw Unavailable(error);
        }
        if (_isOpen) Commit();
        return result;
    }

    /// <summary>Opens the transaction, if it is not open. Called before the first statement that writes.</summary>
    public void Begin()
    {
        if (_isOpen) return;
        _begin.Run();
        _isOpen = true;
    }

    private void Commit()
    {
        try
        {
            _commit.Run();
            _isOpen = false;
        }
        catch (SqliteError e) when (e.IsFull || e.IsBusy)
        {
            // The frame that makes the transaction count is written last and was not, so nothing of it ever will be.
            Rollback();
            throw Unavailable(e);
        }
        catch (SqliteError e)
        {
            Break(e);
            throw new StoreOutcomeUnknownException($"{file.Path} failed while it committed: {e.Message}", e);
        }
    }

    private void Rollback()
    {
        _isOpen = false;
        file.ResetStatements();
        if (file.IsOutsideTransaction) return; // Some errors end the transaction by themselves.
        try { _rollback.Run(); }
        catch (SqliteError e) { Break(e); }
    }

    private void Break(SqliteError e) => _broken.TrySetResult($"{file.Path}: {e.Message}");

    private StoreUnavailableException Unavailable(SqliteError e) => new($"{file.Path}: {e.Message}", e);
}
