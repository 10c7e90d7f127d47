using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose.Hosting;
using Sametime.Contracts.Events;
using Sametime.Contracts.ServerApplications;
using Sametime.Services.Browsing;
using Sametime.Services.BuddyList;
using Sametime.Services.Privacy;
using Sametime.Services.Resolve;
using Sametime.Services.Users;
using Sametime.Services.Users.Passwords;
using Sametime.Services.UserStorage;

namespace Sametime.Tests.Unit.Community.Support;

/// <summary>The services of a community, as the program makes them.</summary>
internal static class ServiceSet
{
    public static IService[] Of(Store store, CommunityPlan plan, IEventPublisher events, HashGate gate, TokenParts tokens)
    {
        var time = TimeProvider.System;
        var passwords = new PasswordAuthenticationProvider(
            [
                new HashedPasswords(
                    store.Directory, store.Directory, new PasswordHasher(plan.Passwords), gate, new VerifierCache(plan.Passwords, time),
                    NullLogger<HashedPasswords>.Instance),
            ],
            new PasswordThrottle(plan.Passwords, time), new AddressTurns(plan.Passwords), events, plan.Passwords, time, NullLogger<PasswordAuthenticationProvider>.Instance);
        return
        [
            new UsersService([passwords, tokens.Door], plan.Users, NullLogger<UsersService>.Instance),
            tokens.Service,
            new DirectoryService(
                [store.Directory], store.Directory, store.Directory, store.Directory, new BrowsingOptions(), NullLogger<DirectoryService>.Instance),
            new ResolveService(store.Directory, new ResolveOptions(), NullLogger<ResolveService>.Instance),
            new PrivacyService(store.Privacy, new PrivacyOptions(), NullLogger<PrivacyService>.Instance),
            new UserStorageService(store.UserStorage, new UserStorageOptions(), NullLogger<UserStorageService>.Instance),
            new BuddyListService(store.Directory, events, new BuddyListOptions(), NullLogger<BuddyListService>.Instance),
        ];
    }
}
