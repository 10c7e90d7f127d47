using System.Security.Cryptography;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Users.Passwords;

namespace Sametime.Compose.Accounts;

/// <summary>
/// What a newcomer finds at the very first start: three users in one public group, with passwords that are made then and
/// shown once. A directory that has users is left alone.
/// </summary>
internal static class DemoCommunity
{
    private const string Group = "staff";

    // Without letters and digits that look alike.
    private const string PasswordLetters = "abcdefghjkmnpqrstuvwxyz23456789";

    private static readonly (string Id, string DisplayName)[] Users = [("alice", "Alice Example"), ("bob", "Bob Example"), ("carol", "Carol Example")];

    /// <summary>Makes the community where there is none and says so; otherwise, and where users come from elsewhere, does nothing.</summary>
    public static async Task MakeIfEmptyAsync(Store store, ServerSettings settings, string server, int port, CancellationToken stop)
    {
        if (Directories.KindOf(settings) != DirectoryKind.Embedded)
        {
            return;
        }

        await using var book = new AccountBook(store, new PasswordHasher(settings.Get<PasswordOptions>("Passwords")), ownsStore: false);
        if (!(await book.ListUsersAsync(stop)).IsEmpty)
        {
            return;
        }

        var isEverywhere = server is "0.0.0.0" or "::";
        Console.WriteLine("This is the first start here, so a demo community was made. Its passwords are shown this once:");
        Console.WriteLine();
        foreach (var (id, displayName) in Users)
        {
            var password = NewPassword();
            await book.AddUserAsync(new UserRecord(new UserId(id), displayName, []), password, stop);
            Console.WriteLine($"  {id,-8}{password}");
        }

        await book.SaveGroupAsync(Group, Users.Select(user => user.Id), stop);
        Console.WriteLine();
        Console.WriteLine("In Pidgin: Accounts > Manage Accounts > Add, then");
        Console.WriteLine();
        Console.WriteLine("  Protocol  Sametime");
        Console.WriteLine("  Username  alice");
        Console.WriteLine("  Password  the one above");
        Console.WriteLine($"  Server    {(isEverywhere ? Environment.MachineName : server)}     (tab Advanced; port {port})");
        Console.WriteLine();
        Console.WriteLine("Log in as bob in a second client, add each other as buddies, and talk.");
        if (isEverywhere)
        {
            Console.WriteLine("Clients on other machines must use TLS, or their network must be listed in Legacy:AllowFrom.");
        }

        Console.WriteLine();
    }

    private static string NewPassword() =>
        $"{RandomNumberGenerator.GetString(PasswordLetters, 4)}-{RandomNumberGenerator.GetString(PasswordLetters, 4)}-{RandomNumberGenerator.GetString(PasswordLetters, 4)}";
}
