using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Hub;
using Sametime.Services.Users.Passwords;
using Sametime.Services.Users.Tokens.Issued;

namespace Sametime.Compose.Accounts;

/// <summary>
/// Users and groups of a data directory, as the commands change them. A server that runs on the same directory sees a change
/// within <see cref="DirectoryLimits.PollInterval"/> and tells the others. Every refusal is one clear sentence.
/// </summary>
internal sealed class AccountBook(Store store, PasswordHasher hasher, bool ownsStore) : IAsyncDisposable
{
    /// <summary>Opens the directory of a data folder that has one; a mistyped folder is not made.</summary>
    public static Task<AccountBook> OpenExistingAsync(DataDirectory data, SettingOverrides line, CancellationToken stop) =>
        Store.Exists(data, ServerSettings.Load(data, line))
            ? OpenAsync(data, line, stop)
            : throw new CommandException(ExitCode.NoSuchThing, $"there is no community in {data.Path}; sametime up or sametime user add begins one");

    /// <summary>Opens the directory of a data folder, making both if need be.</summary>
    public static async Task<AccountBook> OpenAsync(DataDirectory data, SettingOverrides line, CancellationToken stop)
    {
        data.Create();
        var settings = ServerSettings.Load(data, line);
        if (Directories.KindOf(settings) == DirectoryKind.Ldap)
        {
            throw new CommandException(
                ExitCode.Usage, "the users and groups of this community are in an LDAP directory (Directory:Kind) and are changed there, not here");
        }

        var source = new EventSource(settings.Get<HubOptions>("Hub").Number, Incarnation: 0);
        var store = await Store.OpenAsync(data, settings, source, NullLoggerFactory.Instance, stop);
        return new AccountBook(store, new PasswordHasher(settings.Get<PasswordOptions>("Passwords")), ownsStore: true);
    }

    public async Task AddUserAsync(UserRecord user, string password, CancellationToken stop) => Refuse(
        await store.Directory.AddUserAsync(user, Hash(password), stop), $"user {user.Id}", string.Join(", ", user.LoginNames.Prepend(user.Id.Value)));

    public async Task RemoveUserAsync(string id, CancellationToken stop)
    {
        // Whoever gets this id one day must not be let in by tokens of today.
        if (await store.Directory.FindUserAsync(new UserId(id), stop) is { } user)
        {
            using var tokens = new TokenBook(store.Events, TimeProvider.System);
            await tokens.RevokeAsync(user.Id, Environment.UserName, stop);
        }

        Refuse(await store.Directory.RemoveUserAsync(new UserId(id), stop), $"user {id}", id);
    }

    public async Task SetPasswordAsync(string id, string password, CancellationToken stop)
    {
        if (!await store.Directory.SavePasswordHashAsync(new UserId(id), Hash(password), replacing: null, stop))
        {
            Refuse(DirectoryChange.NotFound, $"user {id}", id);
        }
    }

    public async Task SetHomeAsync(string id, string homeHub, CancellationToken stop) =>
        Refuse(await store.Directory.SetHomeAsync(new UserId(id), homeHub, stop), $"user {id}", homeHub);

    /// <summary>Gives a user other names; what is null stays as it is.</summary>
    public async Task RenameUserAsync(string id, string? displayName, Items<string>? loginNames, string? description, CancellationToken stop)
    {
        var known = await store.Directory.FindUserAsync(new UserId(id), stop);
        var (display, names) = (displayName ?? known?.DisplayName ?? id, loginNames ?? known?.LoginNames ?? []);
        Refuse(
            known is null ? DirectoryChange.NotFound : await store.Directory.RenameUserAsync(known.Id, display, names, description ?? known.Description, stop),
            $"user {id}", string.Join(", ", names));
    }

    public async Task SetDisabledAsync(string id, bool isDisabled, CancellationToken stop) =>
        Refuse(await store.Directory.SetDisabledAsync(new UserId(id), isDisabled, stop), $"user {id}", id);

    public async Task<Items<UserRecord>> ListUsersAsync(CancellationToken stop) => await store.Directory.ListUsersAsync(stop);

    public async Task SaveGroupAsync(string id, IEnumerable<string> members, CancellationToken stop) => Refuse(
        await store.Directory.SaveGroupAsync(new GroupRecord(id, [.. members.Select(member => new UserId(member))]), stop), $"group {id}", id);

    public ValueTask DisposeAsync() => ownsStore ? store.DisposeAsync() : ValueTask.CompletedTask;

    private string Hash(string password) => hasher.Hash(Encoding.UTF8.GetBytes(password));

    private static void Refuse(DirectoryChange change, string what, string names)
    {
        var sentence = change switch
        {
            DirectoryChange.Done => null,
            DirectoryChange.NotFound => $"there is no {what}",
            DirectoryChange.NameTaken => $"{what} cannot be added or renamed: a name is taken ({names})",
            DirectoryChange.MemberUnknown => $"{what} cannot have a member who is no user; sametime user list shows the users",
            DirectoryChange.NameInvalid => $"{what} cannot be added or changed: a name is empty, too long, or has characters that a name cannot have",
            DirectoryChange.Full => $"{what} cannot be added: the directory is full (Directory:EntriesMax)",
            _ => $"{what}: {change}",
        };
        if (sentence is not null)
        {
            throw new CommandException(change == DirectoryChange.NameInvalid ? ExitCode.Usage : ExitCode.NoSuchThing, sentence);
        }
    }
}
