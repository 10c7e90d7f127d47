using Sametime.Tests.Kit.Servers;
using Sametime.Tests.Trials.Saving;
using Sametime.Tests.Trials.Servers;

namespace Sametime.Tests.Trials.Disks;

/// <summary>A server with its store on a PostgreSQL, all of whose data is on a disk that can be cut.</summary>
internal sealed class PostgresOnDisk : IStoreOnDisk
{
    private const int Mebibytes = 384;

    private readonly Shelf _shelf;
    private readonly string _image;
    private readonly string _root = Directory.CreateTempSubdirectory("st-disk-").FullName;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "sametime-" + TestServices.NewName());
    private Mounted? _disk;
    private OwnServices? _database;

    private PostgresOnDisk(Shelf shelf, string image) => (_shelf, _image) = (shelf, image);

    public static async Task<IStoreOnDisk> MakeAsync(Shelf shelf, int users, bool isDurable, CancellationToken stop)
    {
        var made = new PostgresOnDisk(shelf, await shelf.MakeDiskAsync("postgres.img", Mebibytes, stop));
        try
        {
            await made.BeginAsync(users, isDurable, stop);
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    public SavingServer Server { get; private set; } = null!;

    private OwnServices Database => _database ?? throw new InvalidOperationException("The database was not started");

    // Where the services keep what the server of this name keeps.
    private string DiskFolder => Path.Combine(_folder, OwnServices.Database);

    public PowerCut Cut() => _shelf.Cut(_image);

    public async Task EndAsync(CancellationToken stop)
    {
        await Server.KillAsync();
        await Database.KillAsync(OwnServices.Database, stop);
        await _disk!.DisposeAsync();
    }

    public async Task<T> OnCopyAsync<T>(PowerCut cut, Func<OpenedStore, Task<T>> look, CancellationToken stop)
    {
        await using var running = await StartOnAsync(cut, stop);
        await using var store = await OpenedStore.PostgresAsync(Database.Postgres, stop);
        return await look(store);
    }

    public async Task OnCopyAsync(PowerCut cut, Func<SavingServer, Task> use, CancellationToken stop)
    {
        await using var running = await StartOnAsync(cut, stop);
        await using var server = NewServer("next");
        await server.StartAsync(stop);
        await use(server);
    }

    // The database before the disk that it lies on, whose files are in the way of those that the services would delete.
    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
        if (_database is not null)
            await KillDatabaseAsync();
        await _shelf.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    private async Task BeginAsync(int users, bool isDurable, CancellationToken stop)
    {
        _disk = await _shelf.MountAsync(_image, DiskFolder, stop);
        _database = await OwnServices.StartAsync(OwnServices.Database, _folder, isDurable, stop);
        Server = NewServer("first");
        await Server.AddUsersAsync(users, stop);
        await Server.StartAsync(stop);

        // A new database is not written out by itself: it is made for tests, which rarely have need of that.
        await _database.SqlAsync("CHECKPOINT", stop);
        await _disk.SyncAsync(stop);
    }

    private async Task<IAsyncDisposable> StartOnAsync(PowerCut cut, CancellationToken stop)
    {
        var disk = await _shelf.MountAsync(cut.Image, DiskFolder, stop);
        await Database.StartAgainAsync(OwnServices.Database, stop);
        return new Running(this, disk);
    }

    private async Task KillDatabaseAsync()
    {
        if ((await Database.PidsAsync(CancellationToken.None)).ContainsKey(OwnServices.Database))
            await Database.KillAsync(OwnServices.Database, CancellationToken.None);
    }

    private SavingServer NewServer(string name) => new(Path.Combine(_root, name), postgres: Database.Postgres);

    private sealed class Running(PostgresOnDisk store, Mounted disk) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await store.KillDatabaseAsync();
            await disk.DisposeAsync();
        }
    }
}
