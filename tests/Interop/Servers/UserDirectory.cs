namespace Sametime.Tests.Interop.Servers;

/// <summary>
/// A data directory with users, made once by the program's own command and copied for each community: adding a user hashes a
/// password, which is slow on purpose.
/// </summary>
internal static class UserDirectory
{
    public const int VisitorsMax = 20;
    /// <summary>A public group of the first visitors.</summary>
    public const string Group = "staff";

    private const int NewcomersMax = 15;

    private static readonly Lazy<Task<string>> Template = new(MakeAsync);

    /// <summary>Users of whom tests store nothing, so that later tests can have them again.</summary>
    public static IEnumerable<TestUser> Visitors => Enumerable.Range(1, VisitorsMax).Select(n => new TestUser(n));

    /// <summary>Users of whom the server keeps nothing yet; each serves one test.</summary>
    public static IEnumerable<TestUser> Newcomers => Enumerable.Range(VisitorsMax + 1, NewcomersMax).Select(n => new TestUser(n, TestUser.Newcomer));

    /// <summary>Who is in <see cref="Group"/>.</summary>
    public static IEnumerable<TestUser> GroupMembers => Visitors.Take(3);

    public static async Task CopyToAsync(string directory)
    {
        var template = await Template.Value;
        MakeFolder(directory);
        foreach (var file in Directory.EnumerateFiles(template))
        {
            File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
        }
    }

    /// <summary>Adds all users and the group to the store of this data directory, whichever its settings name.</summary>
    public static async Task FillAsync(string directory)
    {
        var users = Visitors.Concat(Newcomers).ToList();
        await AddAsync(users[0]);
        // Most of each is the start of a process, so the others share the cores.
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(users.Skip(1), parallel, async (user, _) => await AddAsync(user));

        await SametimeProgram.RunAsync("", ["group", "add", Group, .. GroupMembers.Select(user => user.Name), "--data", directory]);

        Task<string> AddAsync(TestUser user) =>
            SametimeProgram.RunAsync(user.Password, "user", "add", user.Name, "--password-stdin", "--display", user.Display, "--data", directory);
    }

    /// <summary>Makes a data directory that its owner alone can enter.</summary>
    public static void MakeFolder(string directory) =>
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private static async Task<string> MakeAsync()
    {
        var directory = Directory.CreateTempSubdirectory("st-users-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        await FillAsync(directory);
        return directory;
    }
}
