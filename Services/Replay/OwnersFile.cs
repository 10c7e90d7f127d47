namespace Sametime.Services.Replay;

/// <summary>Files that name persons: for their owner's eyes only, from the first byte on.</summary>
internal static class OwnersFile
{
    /// <summary>Makes a file. One that lies there would keep its mode, and its owner, so a new one takes its place.</summary>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.Delete(path);
        return new FileStream(path, options);
    }
}
