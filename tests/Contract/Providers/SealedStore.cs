using Sametime.Contracts.Providers;
using Sametime.Services.Providers;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Tests.Contract.Providers;

/// <summary>A store of ours as one process has it open.</summary>
internal sealed record SealedStore(
    IEventStore Events, IEventLog Log, ILinkedLog Links, ICommunityDirectory Directory, IUserStorageProvider Storage, IPrivacyProvider Privacy, IPersonalData Persons,
    Func<Task<long>> RebuildAsync);
