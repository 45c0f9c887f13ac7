using Grains.Kernel;
using Silo.Storage.Sqlite;

namespace Store.Contract;

public sealed class SqliteStoreTests : EventStoreContract
{
    private readonly TemporaryFolder _folder = new();
    private int _opened;

    protected override ValueTask<IEventStore> OpenAsync() => new(SqliteStore.Open(_folder.File($"log-{_opened++}.db")));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
