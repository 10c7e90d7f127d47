using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Storage;
using StorageSave = Sametime.Contracts.Wire.Storage.StorageSave;

namespace Sametime.Services.UserStorage;

/// <summary>
/// User Storage: what a user keeps on the server, by key, for all his logins (S034, S131). Requests of a channel are answered in order.
/// A key never saved is a success with an empty value; a failure is a result other than success and never an empty success, since a
/// client that loads an empty buddy list deletes the user's buddies. "Saved" is said when the value is durable; then the user's other
/// logins hear of it (S121).
/// </summary>
internal sealed partial class UserStorageService(IUserStorageProvider store, UserStorageOptions options, ILogger<UserStorageService> log) : IService
{
    private readonly Pace _savePace = new(options.SavesPerSecond, options.SavesBurst);
    private ServerApplication? _application;

    public void Describe(ServiceTable table)
    {
        _application = table.Application;
        table.Provides(ServiceTypes.Storage, ServiceScope.Global, ProtocolTypes.Storage, ProtocolVersions.Storage)
            .OnAsync<StorageLoad>(LoadAsync)
            .OnAsync<StorageSave>(SaveAsync);
    }

    // A guest has no lasting identity: his user id is his login id, and what he saved nobody could ever load.
    private static bool IsGuest(LoginInfo login) => string.Equals(login.UserId.Value, login.LoginId, StringComparison.OrdinalIgnoreCase);

    private async ValueTask LoadAsync(ServiceChannel channel, StorageLoad request, CancellationToken stop) =>
        channel.Send(await LoadAsync(channel.Peer, request, stop));

    private async ValueTask<StorageLoaded> LoadAsync(LoginInfo login, StorageLoad request, CancellationToken stop)
    {
        if (request.Keys.Count > options.KeysMax)
            return StorageLoaded.Failed(request.RequestId, Reason.RequestInvalid);
        if (IsGuest(login))
            return new StorageLoaded(request.RequestId, Reason.Success, request.Keys.Select(static key => new StorageItem(key, default)).ToItems());
        try
        {
            var values = await store.LoadAsync(login.UserId, request.Keys, stop);
            return values.Sum(static item => (long)item.Value.Length) <= options.AnswerBytesMax
                ? new StorageLoaded(request.RequestId, Reason.Success, values.Select(static item => new StorageItem(item.Key, item.Value)).ToItems())
                : StorageLoaded.Failed(request.RequestId, Reason.MessageTooLarge);
        }
        catch (StoreException fault)
        {
            LogFailed(log, login.LoginId, fault.Message);
            return StorageLoaded.Failed(request.RequestId, Reason.ServerNotResponding);
        }
    }

    private async ValueTask SaveAsync(ServiceChannel channel, StorageSave request, CancellationToken stop)
    {
        await channel.WaitTurnAsync(_savePace);
        var result = await SaveAsync(channel.Peer, request, stop);
        channel.Send(new StorageSaved(request.RequestId, result));
        if (result == Reason.Success && !request.Items.IsEmpty)
            _ = TellOtherLoginsAsync(channel.Peer, request); // does not throw, and the next request need not wait for it
    }

    private async ValueTask<Reason> SaveAsync(LoginInfo login, StorageSave request, CancellationToken stop)
    {
        if (request.Items.Count > options.KeysMax)
            return Reason.RequestInvalid;
        if (IsGuest(login))
            return Reason.NotAuthorized;
        if (request.Items.IsEmpty)
            return Reason.Success;
        try
        {
            var items = request.Items.Select(static item => new StoredItem(item.Key, item.Value)).ToItems();
            return await store.SaveAsync(login.UserId, items, stop) switch
            {
                Contracts.Providers.StorageSave.Saved => Reason.Success,
                Contracts.Providers.StorageSave.ValueTooLarge => Reason.MessageTooLarge,
                _ => Reason.NotEnoughResources,
            };
        }
        catch (StoreException fault)
        {
            LogFailed(log, login.LoginId, fault.Message);
            return Reason.ServerNotResponding;
        }
    }

    private async Task TellOtherLoginsAsync(LoginInfo login, StorageSave request)
    {
        var keys = request.Items.Select(static item => item.Key).ToItems();
        var answer = await _application!.AskAsync<StorageChangedRequest, Done>(new(login.UserId, login.LoginId, keys));
        if (!answer.IsOk)
            LogNotTold(log, login.LoginId, answer.Reason);
    }

    [LoggerMessage(EventId = 1511, EventName = "storage.failed", Level = LogLevel.Warning,
        Message = "A storage request of {Login} failed: {Fault}")]
    private static partial void LogFailed(ILogger log, string login, string fault);

    [LoggerMessage(EventId = 1512, EventName = "storage.not-told", Level = LogLevel.Warning,
        Message = "The other logins of the user of {Login} were not told that his data changed: {Reason}")]
    private static partial void LogNotTold(ILogger log, string login, Reason reason);
}
