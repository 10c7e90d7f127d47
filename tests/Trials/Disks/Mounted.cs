using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Trials.Disks;

/// <summary>An image that is mounted on a folder, until it is disposed.</summary>
internal sealed class Mounted : IAsyncDisposable
{
    private bool _isGone;

    private Mounted(string folder) => Folder = folder;

    public string Folder { get; }

    public static async Task<Mounted> AtAsync(string image, string folder, CancellationToken stop)
    {
        await Tool.RunAsync("mount", ["-o", "loop", image, folder], stop);
        return new Mounted(folder);
    }

    /// <summary>Has everything written out that its programs have written so far.</summary>
    public Task SyncAsync(CancellationToken stop) => Tool.RunAsync("sync", ["-f", Folder], stop);

    /// <summary>At once, even if somebody still has a file open there; then the disk is let go when he closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isGone)
            return;
        _isGone = true;
        await Tool.RunAsync("umount", ["--lazy", Folder], CancellationToken.None);
    }
}
