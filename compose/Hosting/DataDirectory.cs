namespace Sametime.Compose.Hosting;

/// <summary>
/// The one folder that holds everything a server keeps:
/// <code>
/// sametime.db        the event store and what is folded from it
/// subjects.db        the keys of persons, which seal what is personal in the events
/// store.key          the key that wraps those keys
/// sametime.json      settings, if any
/// link.key           the key that components of this community prove themselves with
/// token.keys         the keys that sign tokens, unless Tokens:KeyFile names others
/// node               what this directory is called among those of the community
/// ROLE.incarnation   how often the role has started; the hub's keeps login IDs unique
/// ROLE.lock          held while a process plays that role
/// run/ROLE.sock      where that process answers questions about its state
/// </code>
/// </summary>
internal sealed class DataDirectory(string path)
{
    public const string DefaultPath = "sametime-data";

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string StoreFile => File("sametime.db");

    public string SettingsFile => File("sametime.json");

    public string LinkKeyFile => File("link.key");

    public string StoreKeyFile => File("store.key");

    public string SubjectsFile => File("subjects.db");

    public string TokenKeyFile => File("token.keys");

    public string RunFolder => File("run");

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes the folder, for its owner's eyes only.</summary>
    public void Create()
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(RunFolder);
            }
            else
            {
                const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
                Directory.CreateDirectory(Path, ownerOnly);
                Directory.CreateDirectory(RunFolder, ownerOnly);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failure, $"cannot make the data directory {Path}: {e.Message}");
        }
    }

    /// <summary>Whether a process runs here that has the store and tells others what is new in it.</summary>
    public bool IsServed() => IsTaken("services");

    /// <summary>Takes a role in this directory for this process; the operating system gives it back when the process ends, however it ends.</summary>
    public IDisposable Lock(string role)
    {
        try
        {
            return new FileStream(File($"{role}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new CommandException(ExitCode.InUse, $"the data directory {Path} is in use by another sametime {role}");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CommandException(ExitCode.Failure, $"cannot use the data directory {Path}: {e.Message}");
        }
    }

    private bool IsTaken(string role)
    {
        try
        {
            if (System.IO.File.Exists(File($"{role}.lock")))
            {
                Lock(role).Dispose();
            }

            return false;
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.InUse)
        {
            return true;
        }
    }
}
