using Sametime.Contracts.Link;
using Sametime.Contracts.ServerApplications;
using Sametime.Services.BuddyList;
using Sametime.Services.Privacy;
using Sametime.Services.Users;
using Sametime.Services.UserStorage;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Providers;
using Sametime.Tests.Simulation.Promises;
using Sametime.Tests.Simulation.World;

namespace Sametime.Tests.Simulation.Processes;

/// <summary>The server applications of one hub, as shipped, on the store that all hubs of the community share.</summary>
internal sealed class ServicesProcess : SimProcess
{
    public ServicesProcess(SimCommunity community, int number)
        : base(community, NameOf(number))
    {
        var store = new SlowStore(community.Universe, Loop, community.Store);
        var connector = new LinkConnector(
            Loop, new SimDialer(community.Network, Loop, HubProcess.NameOf(number)), new LinkIdentity(LinkRole.Application, Name), SimCommunity.Key,
            community.Links, new Random(community.Universe.Seed), static _ => { });
        var application = new ServerApplication(Loop, connector, new ServerApplicationOptions(), new WatchedLog<ServerApplication>(Name, community.Promises))
            .Host(new UsersService([new Doorman()], new UsersOptions(), new WatchedLog<UsersService>(Name, community.Promises)))
            .Host(new SimChatLogging(community.Universe, Loop, community.ChatLog))
            .Host(new PrivacyService(store, new PrivacyOptions(), new WatchedLog<PrivacyService>(Name, community.Promises)))
            .Host(new UserStorageService(store, new UserStorageOptions(), new WatchedLog<UserStorageService>(Name, community.Promises)))
            .Host(new BuddyListService(community.Directory, new RecordedEvents(), new BuddyListOptions(), new WatchedLog<BuddyListService>(Name, community.Promises)));
        Loop.Enter(application.Start);
    }

    public static string NameOf(int number) => $"services-{number}";
}
