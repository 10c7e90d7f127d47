using Sametime.Tests.Trials.Saving;
using Sametime.Tests.Trials.Servers;

namespace Sametime.Tests.Trials.Disks;

/// <summary>A server with the embedded store, all of whose data is on a disk that can be cut.</summary>
internal sealed class EmbeddedOnDisk : IStoreOnDisk
{
    private const int Mebibytes = 96;

    private readonly Shelf _shelf;
    private readonly string _image;
    private readonly string _root = Directory.CreateTempSubdirectory("st-disk-").FullName;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private int _opened;

    private EmbeddedOnDisk(Shelf shelf, string image, bool isDurable) =>
        (_shelf, _image, _environment) = (shelf, image, isDurable ? new Dictionary<string, string>() : NoSync.Environment);

    public static async Task<IStoreOnDisk> MakeAsync(Shelf shelf, int users, bool isDurable, CancellationToken stop)
    {
        var made = new EmbeddedOnDisk(shelf, await shelf.MakeDiskAsync("embedded.img", Mebibytes, stop), isDurable);
        try
        {
            await made.BeginAsync(users, stop);
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    public SavingServer Server { get; private set; } = null!;

    public PowerCut Cut() => _shelf.Cut(_image);

    public Task EndAsync(CancellationToken stop) => Server.KillAsync();

    public async Task<T> OnCopyAsync<T>(PowerCut cut, Func<OpenedStore, Task<T>> look, CancellationToken stop)
    {
        await using var disk = await MountAsync(cut, stop);
        await using var store = OpenedStore.Embedded(Path.Combine(disk.Folder, "data"));
        return await look(store);
    }

    public async Task OnCopyAsync(PowerCut cut, Func<SavingServer, Task> use, CancellationToken stop)
    {
        await using var disk = await MountAsync(cut, stop);
        await using var server = new SavingServer(Path.Combine(disk.Folder, "data"));
        await server.StartAsync(stop);
        await use(server);
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
        await _shelf.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    private async Task BeginAsync(int users, CancellationToken stop)
    {
        var disk = await _shelf.MountAsync(_image, Path.Combine(_root, "disk"), stop);
        Server = new SavingServer(Path.Combine(disk.Folder, "data"), environment: _environment);
        await Server.AddUsersAsync(users, stop);
        await Server.StartAsync(stop);
        await disk.SyncAsync(stop);
    }

    private Task<Mounted> MountAsync(PowerCut cut, CancellationToken stop) =>
        _shelf.MountAsync(cut.Image, Path.Combine(_root, string.Create(CultureInfo.InvariantCulture, $"copy-{++_opened}")), stop);
}
