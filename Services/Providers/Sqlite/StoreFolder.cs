namespace Sametime.Services.Providers.Sqlite;

/// <summary>The folder of the store.</summary>
internal static class StoreFolder
{
    /// <summary>Makes the folder, readable by this account alone: hashes and messages lie in it.</summary>
    public static void Ensure(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
