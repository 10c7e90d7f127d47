namespace Sametime.Services.Providers.Sqlite;

/// <summary>The folder and the file of the store, both for this account alone: hashes and messages lie in it.</summary>
internal static class StoreFolder
{
    /// <summary>Makes the folder.</summary>
    public static void Ensure(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>
    /// Makes the file, empty, which is a new store to SQLite; the files beside it get the same rights. The folder may be somebody's who
    /// lets others look in.
    /// </summary>
    public static void EnsureFile(string file)
    {
        if (OperatingSystem.IsWindows() || File.Exists(file))
            return;
        File.Open(file, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }).Dispose();
    }
}
