using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>
/// Held by a running server so that no second one starts on the same data. Commands that change users do not take it: they share the file
/// with the server by SQLite's own locks. The operating system lets go of it when the process ends, however it ends.
/// </summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <exception cref="StoreUnavailableException">Another server runs on this folder, or the folder cannot be written.</exception>
    public static DataDirectoryLock Take(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "sametime.lock");
        try
        {
            DataDirectory.Ensure(dataDirectory);
            return new DataDirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException taken)
        {
            throw new StoreUnavailableException($"The data directory {dataDirectory} is in use by another server, which holds {path}.", taken);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new StoreUnavailableException($"The data directory {dataDirectory} cannot be written by this account.", denied);
        }
    }

    // The file stays: removing it could take the lock of a server that has just opened it.
    public void Dispose() => _file.Dispose();
}

/// <summary>The folder of the store.</summary>
internal static class DataDirectory
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
