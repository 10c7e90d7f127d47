using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Trials.Disks;

/// <summary>
/// Where images of disks are kept: a file system that can copy a file at one instant (XFS, by sharing blocks). An image that is mounted and
/// written to is copied between two of its blocks, and nobody is made to write out what he holds back: what a power cut would leave.
/// </summary>
internal sealed class Shelf : IAsyncDisposable
{
    private const int MebibytesOfAll = 2048;

    // linux/fs.h
    private const nuint ShareAllBlocks = 0x40049409;

    private readonly string _home;
    private readonly Mounted _self;
    private readonly List<Mounted> _mounts = [];
    private int _copies;

    private Shelf(string home, Mounted self) => (_home, _self) = (home, self);

    /// <summary>Makes an empty one. Only root can, on a machine with loop devices; elsewhere this fails with a sentence that says so.</summary>
    public static async Task<Shelf> MakeAsync(CancellationToken stop)
    {
        var home = Directory.CreateTempSubdirectory("st-shelf-").FullName;
        var all = Path.Combine(home, "shelf.img");
        try
        {
            MakeFile(all, MebibytesOfAll);
            await Tool.RunAsync("mkfs.xfs", ["-q", all], stop);
            return new Shelf(home, await Mounted.AtAsync(all, Directory.CreateDirectory(Path.Combine(home, "shelf")).FullName, stop));
        }
        catch (Exception failure) when (failure is InvalidOperationException or Win32Exception)
        {
            Directory.Delete(home, recursive: true);
            throw new InvalidOperationException($"Trials of disks need root, loop devices, XFS and ext4: {failure.Message}", failure);
        }
    }

    /// <summary>Makes the image of an empty disk with ext4 on it.</summary>
    public async Task<string> MakeDiskAsync(string name, int mebibytes, CancellationToken stop)
    {
        var image = Path.Combine(_self.Folder, name);
        MakeFile(image, mebibytes);
        // All of it now, so that nothing is written later that no program wanted.
        await Tool.RunAsync("mkfs.ext4", ["-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", image], stop);
        return image;
    }

    /// <summary>Mounts an image on a folder, which is made if need be.</summary>
    public async Task<Mounted> MountAsync(string image, string folder, CancellationToken stop)
    {
        var mounted = await Mounted.AtAsync(image, Directory.CreateDirectory(folder).FullName, stop);
        _mounts.Add(mounted);
        return mounted;
    }

    /// <summary>Cuts the power of a mounted disk: what is on it at this instant, and no byte more.</summary>
    public PowerCut Cut(string image)
    {
        var copy = Path.Combine(_self.Folder, string.Create(CultureInfo.InvariantCulture, $"cut-{++_copies}.img"));
        using var from = File.OpenHandle(image, share: FileShare.ReadWrite);
        using var to = File.OpenHandle(copy, FileMode.CreateNew, FileAccess.ReadWrite);
        var before = Stopwatch.GetTimestamp();
        if (ioctl(to, ShareAllBlocks, from) != 0)
            throw new InvalidOperationException($"A disk image could not be copied: {Marshal.GetLastPInvokeErrorMessage()}");
        return new PowerCut(copy, before, Stopwatch.GetTimestamp());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var mounted in Enumerable.Reverse(_mounts))
            await mounted.DisposeAsync();
        await _self.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    private static void MakeFile(string path, int mebibytes)
    {
        using var file = File.Create(path);
        file.SetLength((long)mebibytes << 20);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ioctl(SafeFileHandle file, nuint request, SafeFileHandle other);
}

/// <summary>What was on a disk when its power was cut.</summary>
/// <param name="Image">The image, not mounted.</param>
/// <param name="Before">A time, by <see cref="Stopwatch.GetTimestamp"/>, before the cut.</param>
/// <param name="After">A time after it.</param>
internal sealed record PowerCut(string Image, long Before, long After);
