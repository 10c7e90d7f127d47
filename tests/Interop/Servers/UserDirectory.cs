using Sametime.Compose.Accounts;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Interop.Servers;

/// <summary>A data directory with users, made once and copied for each community.</summary>
internal static class UserDirectory
{
    public const int VisitorsMax = 20;
    /// <summary>A public group of the first visitors.</summary>
    public const string Group = "staff";

    /// <summary>Hashes are made cheap, since every first login at a server costs one: how dear they are is no client's business.</summary>
    public static readonly string[] CheapHashes = ["--Passwords:MemoryKiB=64", "--Passwords:Passes=1"];

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

    /// <summary>
    /// Adds all users and the group to the store of this data directory, whichever its settings name. The first user comes by the
    /// program's own command, the others by what it calls: a process for each would take longer than many tests.
    /// </summary>
    public static async Task FillAsync(string directory)
    {
        var stop = TestContext.Current.CancellationToken;
        var users = Visitors.Concat(Newcomers).ToList();
        var first = users[0];
        await SametimeProgram.RunAsync(
            first.Password, ["user", "add", first.Name, "--password-stdin", "--display", first.Display, "--data", directory, .. CheapHashes]);

        await using var book = await AccountBook.OpenAsync(new DataDirectory(directory), SettingOverrides.Split(CheapHashes), stop);
        foreach (var user in users.Skip(1))
        {
            await book.AddUserAsync(new UserRecord(new UserId(user.Name), user.Display, []), user.Password, stop);
        }

        await book.SaveGroupAsync(Group, GroupMembers.Select(user => user.Name), stop);
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
