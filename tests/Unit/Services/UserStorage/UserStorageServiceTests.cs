using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Storage;
using Sametime.Services.UserStorage;
using Sametime.Tests.Kit.Services;
using Xunit;
using Outcome = Sametime.Contracts.Providers.StorageSave;
using Save = Sametime.Contracts.Wire.Storage.StorageSave;

namespace Sametime.Tests.Unit.Services.UserStorage;

public sealed class UserStorageServiceTests
{
    [Fact]
    public void S034_What_one_login_saved_another_loads_and_a_key_never_saved_is_an_empty_success()
    {
        var it = Start(new Shelf());
        var first = Open(it, Logins.Of("alice", 1));
        var second = Open(it, Logins.Of("alice", 2));

        it.Hub.Send(first, new Save(1, [new StorageItem(0, [1, 2])]));
        it.Hub.Send(second, new StorageLoad(2, [0, 80]));

        Assert.Equal([new StorageSaved(1, Reason.Success)], it.Hub.Payloads<StorageSaved>(first));
        Assert.Equal([new StorageLoaded(2, Reason.Success, [new(0, [1, 2]), new(80, default)])], it.Hub.Payloads<StorageLoaded>(second));
    }

    [Fact]
    public void S121_The_other_logins_hear_of_a_save_once_it_is_durable_and_not_before()
    {
        var shelf = new Shelf { Durable = new TaskCompletionSource() };
        var it = Start(shelf);
        var channel = Open(it, Logins.Of("alice"));

        it.Hub.Send(channel, new Save(1, [new StorageItem(0, [1])]));
        it.Hub.Send(channel, new StorageLoad(2, [0]));
        Assert.Empty(it.Hub.Payloads<StorageSaved>(channel));
        Assert.Empty(it.Hub.Asked<StorageChangedRequest, Done>());
        it.Loop.Run(shelf.Durable.SetResult);

        Assert.Single(it.Hub.Payloads<StorageSaved>(channel));
        Assert.Single(it.Hub.Payloads<StorageLoaded>(channel));
        var told = Assert.Single(it.Hub.Asked<StorageChangedRequest, Done>()).Request;
        Assert.Equal(new StorageChangedRequest(new UserId("alice"), Logins.Of("alice").LoginId, [0]), told);
    }

    [Fact]
    public void A_save_followed_by_a_logout_is_still_made()
    {
        var shelf = new Shelf { Durable = new TaskCompletionSource() };
        var it = Start(shelf);
        var channel = Open(it, Logins.Of("alice"));

        it.Hub.Send(channel, new Save(1, [new StorageItem(0, [1])]));
        it.Hub.Send(channel, new Save(2, [new StorageItem(0, [2])]));
        it.Hub.Message(channel, new ChannelDestroy(Reason.Success));
        it.Loop.Run(shelf.Durable.SetResult);

        Opaque expected = [2];
        Assert.Equal(expected, shelf.Values[(new UserId("alice"), 0)]);
    }

    [Fact]
    public void A_failure_is_a_failure_and_never_an_empty_success()
    {
        var it = Start(new Shelf { IsDown = true });
        var channel = Open(it, Logins.Of("alice"));

        it.Hub.Send(channel, new StorageLoad(1, [0]));
        it.Hub.Send(channel, new Save(2, [new StorageItem(0, [1])]));

        Assert.Equal([StorageLoaded.Failed(1, Reason.ServerNotResponding)], it.Hub.Payloads<StorageLoaded>(channel));
        Assert.Equal([new StorageSaved(2, Reason.ServerNotResponding)], it.Hub.Payloads<StorageSaved>(channel));
        Assert.Empty(it.Hub.Asked<StorageChangedRequest, Done>());
    }

    [Theory]
    [InlineData(Outcome.ValueTooLarge, Reason.MessageTooLarge)]
    [InlineData(Outcome.TooManyKeys, Reason.NotEnoughResources)]
    [InlineData(Outcome.QuotaExceeded, Reason.NotEnoughResources)]
    public void S131_A_limit_of_the_store_is_a_result_of_its_own(Outcome outcome, Reason expected)
    {
        var it = Start(new Shelf { Outcome = outcome });
        var channel = Open(it, Logins.Of("alice"));

        it.Hub.Send(channel, new Save(1, [new StorageItem(0, [1])]));

        Assert.Equal([new StorageSaved(1, expected)], it.Hub.Payloads<StorageSaved>(channel));
        Assert.Empty(it.Hub.Asked<StorageChangedRequest, Done>());
    }

    [Fact]
    public void A_guest_has_nothing_and_can_keep_nothing()
    {
        var shelf = new Shelf();
        var it = Start(shelf);
        var login = Logins.Of("alice");
        var guest = Open(it, login with { UserId = new UserId(login.LoginId.ToLowerInvariant()) });

        it.Hub.Send(guest, new Save(1, [new StorageItem(0, [1])]));
        it.Hub.Send(guest, new StorageLoad(2, [0, 80]));

        Assert.Equal([new StorageSaved(1, Reason.NotAuthorized)], it.Hub.Payloads<StorageSaved>(guest));
        Assert.Equal([new StorageLoaded(2, Reason.Success, [new(0, default), new(80, default)])], it.Hub.Payloads<StorageLoaded>(guest));
        Assert.Empty(shelf.Values);
        Assert.Empty(it.Hub.Asked<StorageChangedRequest, Done>());
    }

    [Fact]
    public void A_save_of_nothing_is_done_and_nobody_hears_of_it()
    {
        var it = Start(new Shelf { IsDown = true });
        var channel = Open(it, Logins.Of("alice"));

        it.Hub.Send(channel, new Save(1, []));

        Assert.Equal([new StorageSaved(1, Reason.Success)], it.Hub.Payloads<StorageSaved>(channel));
        Assert.Empty(it.Hub.Asked<StorageChangedRequest, Done>());
    }

    private static ApplicationFixture Start(Shelf shelf) =>
        ApplicationFixture.Of(new UserStorageService(shelf, new UserStorageOptions(), NullLogger<UserStorageService>.Instance));

    private static ChannelId Open(ApplicationFixture it, LoginInfo who) =>
        it.Hub.Open(ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, who);

    private sealed class Shelf : IUserStorageProvider
    {
        public Dictionary<(UserId User, uint Key), Opaque> Values { get; } = [];

        public bool IsDown { get; init; }

        public Outcome Outcome { get; init; } = Outcome.Saved;

        public TaskCompletionSource? Durable { get; init; }

        public ValueTask<Items<StoredItem>> LoadAsync(UserId user, Items<uint> keys, CancellationToken stop) => IsDown
            ? throw new StoreUnavailableException("The disk is full.")
            : ValueTask.FromResult(keys.Select(key => new StoredItem(key, Values.GetValueOrDefault((user, key)))).ToItems());

        public async ValueTask<Outcome> SaveAsync(UserId user, Items<StoredItem> items, CancellationToken stop)
        {
            if (IsDown)
                throw new StoreUnavailableException("The disk is full.");
            if (Durable is not null)
                await Durable.Task;
            foreach (var item in items)
                Values[(user, item.Key)] = item.Value;
            return Outcome;
        }
    }
}
