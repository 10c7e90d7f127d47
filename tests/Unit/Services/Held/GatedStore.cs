using System.Net;
using System.Runtime.CompilerServices;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers;
using Sametime.Services.Users.Passwords;
using Sametime.Services.Users.Tokens.Issued;

namespace Sametime.Tests.Unit.Services.Held;

/// <summary>Every provider that services ask, nearly empty, and behind one gate.</summary>
internal sealed class GatedStore(Gate gate) : IBrowseProvider, IUserDirectory, IGroupProvider, IResolveProvider, IUserStorageProvider,
    IPrivacyProvider,
    IChatLogProvider, IEventStore, IAccountStanding
{
    public HashSet<UserId> Disabled { get; } = [];

    public string BookName => "Gated";

    public async ValueTask<BrowsePage> BrowseAsync(BrowsePoint point, int entriesMax, CancellationToken stop) =>
        await PassAsync(BrowsePage.Empty, stop);

    public async ValueTask<UserRecord?> FindUserAsync(UserId id, CancellationToken stop) => await PassAsync<UserRecord?>(null, stop);

    public async ValueTask<UserRecord?> FindByLoginNameAsync(string loginName, CancellationToken stop) => await PassAsync<UserRecord?>(null, stop);

    public async ValueTask<Items<UserRecord>> ListUsersAsync(CancellationToken stop) => await PassAsync<Items<UserRecord>>([], stop);

    public async ValueTask<GroupRecord?> FindGroupAsync(string id, CancellationToken stop) =>
        await PassAsync<GroupRecord?>(new GroupRecord(id, [new UserId("bob")]), stop);

    public async ValueTask<Items<GroupRecord>> ListGroupsAsync(CancellationToken stop) => await PassAsync<Items<GroupRecord>>([], stop);

    public async ValueTask<DirectoryMatches> FindAsync(string name, DirectoryKinds kinds, int matchesMax, CancellationToken stop) =>
        await PassAsync(DirectoryMatches.None, stop);

    public async ValueTask<Items<StoredItem>> LoadAsync(UserId user, Items<uint> keys, CancellationToken stop) =>
        await PassAsync<Items<StoredItem>>([], stop);

    public async ValueTask<StorageSave> SaveAsync(UserId user, Items<StoredItem> items, CancellationToken stop) =>
        await PassAsync(StorageSave.Saved, stop);

    public async ValueTask<PrivacyInfo?> LoadAsync(UserId user, CancellationToken stop) => await PassAsync<PrivacyInfo?>(null, stop);

    public async ValueTask SaveAsync(UserId user, PrivacyInfo privacy, CancellationToken stop) => await gate.PassAsync(stop);

    public async ValueTask RecordAsync(IReadOnlyList<EventEnvelope> captured, CancellationToken stop) => await gate.PassAsync(stop);

    public async ValueTask<int> InterruptAsync(ushort hub, uint incarnation, CancellationToken stop) => await PassAsync(0, stop);

    public async ValueTask<ChatLogPage> FindAsync(ChatLogQuery query, string reader, CancellationToken stop) =>
        await PassAsync(new ChatLogPage([], null), stop);

    public async ValueTask<ChatLogPolicy> LoadPolicyAsync(CancellationToken stop) => await PassAsync(default(ChatLogPolicy), stop);

    public async ValueTask SavePolicyAsync(ChatLogPolicy policy, string actor, CancellationToken stop) => await gate.PassAsync(stop);

    public async ValueTask<IReadOnlyList<StoredEvent>> AppendAsync(
        EventStreamName stream, long expectedVersion, IReadOnlyList<NewEvent> events, CancellationToken stop) =>
            await PassAsync<IReadOnlyList<StoredEvent>>([], stop);

    public async IAsyncEnumerable<StoredEvent> ReadStreamAsync(EventStreamName stream, long afterSequence,
        [EnumeratorCancellation] CancellationToken stop)
    {
        await gate.PassAsync(stop);
        yield break;
    }

    public IAsyncEnumerable<StoredEvent> ReadAllAsync(long afterPosition, CancellationToken stop) => ReadStreamAsync(default, afterPosition, stop);

    public async ValueTask<AccountStandings> LookAsync(IReadOnlyCollection<UserId> users, CancellationToken stop) =>
        await PassAsync(new AccountStandings(users.ToHashSet(), Disabled), stop);

    private async Task<T> PassAsync<T>(T answer, CancellationToken stop)
    {
        await gate.PassAsync(stop);
        return answer;
    }
}

/// <summary>Passwords that take a place to hash in; every password but "pw" is wrong.</summary>
internal sealed class GatedPasswords(Gate gate, HashGate places) : IPasswordSource
{
    public ValueTask<PasswordAccount?> FindAsync(string loginName, CancellationToken stop) =>
        ValueTask.FromResult<PasswordAccount?>(new PasswordAccount(new UserRecord(new UserId(loginName), loginName, [])));

    public async ValueTask<PasswordVerdict> CheckAsync(PasswordAccount? account, ReadOnlyMemory<byte> password, CancellationToken stop)
    {
        using var place = await places.EnterAsync(stop);
        if (place is null)
            return PasswordVerdict.Busy;
        await gate.PassAsync(stop);
        return password.Span.SequenceEqual("pw"u8) ? PasswordVerdict.Right : PasswordVerdict.Wrong;
    }
}

/// <summary>Tokens that a book is asked about.</summary>
internal sealed class BookedTokens(TokenBook book) : IAuthenticationProvider
{
    public bool Takes(CredentialKind kind) => kind == CredentialKind.Token;

    public async ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop) =>
        await book.IsRevokedAsync(new UserId(loginName), DateTimeOffset.MaxValue, stop)
            ? Authentication.TokenInvalid
            : Authentication.Verified(new UserRecord(new UserId(loginName), loginName, []));
}
