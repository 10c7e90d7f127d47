using Sametime.Contracts.Providers;
using Sametime.ProviderSuite;
using Sametime.Tests.Kit.Providers;

namespace Sametime.Tests.Contract.Providers;

// The doubles of tests of services. They know Contracts and nothing of the server, as a third party's provider does.

public sealed class InMemoryUserStorageTests : UserStorageContract
{
    protected override IUserStorageProvider Storage { get; } = new InMemoryUserStorage(Limits);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class InMemoryPrivacyTests : PrivacyContract
{
    protected override IPrivacyProvider Privacy { get; } = new InMemoryUserStorage(new UserStorageLimits());

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class InMemoryDirectoryTests : UserDirectoryContract
{
    protected override IUserDirectory Users { get; } = new InMemoryDirectory(Limits);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class InMemoryEventStoreTests : EventStoreContract
{
    protected override IEventStore Store { get; } = new InMemoryEventStore(Source, TimeProvider.System);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
