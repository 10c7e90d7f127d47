using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Hub;
using Sametime.Services.BuddyList;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Unit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Services.BuddyList.OtherHubs;

/// <summary>
/// Three real hubs that are linked to one another, each with its own real Buddy List, and one store of privacy lists. Knows what is true,
/// to compare it with what clients see.
/// </summary>
internal sealed class ThreeHubs : IGroupProvider, IEventPublisher, IDisposable
{
    private readonly ManyHubsScene _scene;
    private readonly BuddyList[] _buddyLists;
    private readonly Dictionary<string, PrivacyInfo> _privacy = [];
    private readonly HashSet<(int, int)> _broken = [];
    private long _moment;

    public ThreeHubs(Action<BuddyListOptions>? configure = null)
    {
        _scene = new ManyHubsScene(3, static options => options.Limits.StatusChanges = new Rate(1_000, 1_000));
        foreach (var node in _scene.Hubs)
        {
            node.People.Answer<AuthenticateRequest, AuthenticateReply>(static request =>
            {
                var (user, place) = (request.LoginName.Split('@')[0], request.LoginName.Split('@')[1]);
                return (Reason.Success, new AuthenticateReply(new UserId(user), NameOf(user, place), Description: place, HomeHub: ""));
            });
            node.People.Answer<LoadPrivacyRequest, PrivacyReply>(request => (Reason.Success, new PrivacyReply(PrivacyOf(request.UserId.Value))));
            node.People.Answer<SavePrivacyRequest, Done>(request =>
            {
                _privacy[request.UserId.Value] = request.Privacy;
                return (Reason.Success, default);
            });
        }
        _buddyLists = [.. _scene.Hubs.Select(node => new BuddyList(this, node, configure))];
        Settle();
    }

    public ManualLoop Loop => _scene.Loop;

    public List<WatchingClient> Clients { get; } = [];

    public BuddyListService BuddyListOf(int hub) => _buddyLists[hub].Service;

    public HubConnector ConnectorOf(int hub) => _buddyLists[hub].Connector;

    public HubLink LinkOf(int left, int right) => _scene.LinkOf(left, right);

    public bool IsBroken(int left, int right) => _broken.Contains((Math.Min(left, right), Math.Max(left, right)));

    /// <summary>A login of a user; each place of his has a display name and a description of its own.</summary>
    public WatchingClient LogIn(string user, int hub, string place = "desk")
    {
        var client = new WatchingClient(this, _scene[hub].LogIn($"{user}@{place}"), user, NameOf(user, place), hub) { SpokeAt = ++_moment };
        Clients.Add(client);
        Settle();
        return client;
    }

    public void LogOut(WatchingClient client)
    {
        Clients.Remove(client);
        client.Client.LogOut();
        Settle();
    }

    public void Say(WatchingClient client, UserStatus status)
    {
        (client.Status, client.SpokeAt) = (status, ++_moment);
        client.Say(status);
        Settle();
    }

    public void SetAttribute(WatchingClient client, Opaque? value)
    {
        client.Attribute = value is { } set ? (set, ++_moment) : null;
        client.SayAttribute(value);
        Settle();
    }

    public void Hide(WatchingClient client, PrivacyInfo list)
    {
        client.SayPrivacy(list);
        Settle();
    }

    public void Break(int left, int right)
    {
        _broken.Add((Math.Min(left, right), Math.Max(left, right)));
        LinkOf(left, right).Break();
        Settle();
    }

    public void Heal(int left, int right)
    {
        if (_broken.Remove((Math.Min(left, right), Math.Max(left, right))))
            _scene.Link(left, right);
        Settle();
    }

    public void HealAll()
    {
        foreach (var (left, right) in _broken.ToArray())
            Heal(left, right);
    }

    /// <summary>All that was under way has arrived, and each client has looked at what it was told.</summary>
    public void Settle() => Pass(TimeSpan.FromMilliseconds(5));

    public void Pass(TimeSpan time)
    {
        Loop.Advance(time);
        Clients.RemoveAll(static client => client.Client.EndedBecause is not null);
        foreach (var client in Clients)
            client.Look();
    }

    public PrivacyInfo PrivacyOf(string user) => _privacy.GetValueOrDefault(user, PrivacyInfo.Everybody);

    public bool MaySee(string watcher, string user) =>
        watcher == user || PrivacyOf(user).Users.Any(listed => listed.User.Value == watcher) != PrivacyOf(user).Deny;

    /// <summary>How a user is, all his logins at all hubs together.</summary>
    public Sight TruthFor(string watcher, string user)
    {
        var seen = MaySee(watcher, user) ? Clients.Where(client => client.User == user && client.Status.Status != StatusCode.Offline).ToArray() : [];
        if (seen.Length == 0)
            return Sight.Offline;
        var latest = seen.MaxBy(static client => client.SpokeAt)!;
        var set = seen.Where(static client => client.Attribute is not null).MaxBy(static client => client.Attribute!.Value.At);
        return new Sight(latest.Status.Status, latest.Status.Description, latest.Name, set?.Attribute?.Value);
    }

    public void AssertThatAllSeeTheTruth(string when)
    {
        foreach (var client in Clients)
        {
            foreach (var (user, seen) in client.Seen)
                Assert.True(TruthFor(client.User, user) == seen, $"{when}: {client.User} at hub {client.Hub + 1} sees {user} as {seen}, the truth is {TruthFor(client.User, user)}.");
        }
    }

    public void Dispose() => _scene.Dispose();

    ValueTask<GroupRecord?> IGroupProvider.FindGroupAsync(string id, CancellationToken stop) => ValueTask.FromResult<GroupRecord?>(null);

    ValueTask<Items<GroupRecord>> IGroupProvider.ListGroupsAsync(CancellationToken stop) => ValueTask.FromResult<Items<GroupRecord>>([]);

    bool IEventPublisher.TryPublish(IEvent fact, EventCause cause) => true;

    bool IEventPublisher.TryForward(EventEnvelope recorded) => true;

    private static string NameOf(string user, string place) => $"{user} at the {place}";

    /// <summary>The Buddy List of one hub.</summary>
    private sealed class BuddyList
    {
        public BuddyList(ThreeHubs community, ManyHubsScene.Node node, Action<BuddyListOptions>? configure)
        {
            var options = new BuddyListOptions();
            configure?.Invoke(options);
            Service = new BuddyListService(community, community, options, NullLogger<BuddyListService>.Instance);
            Connector = new HubConnector(community.Loop, node.End, $"services-{node.Options.Number}");
            new ServerApplication(community.Loop, Connector, new ServerApplicationOptions(), NullLogger.Instance).Host(Service).Start();
        }

        public BuddyListService Service { get; }

        public HubConnector Connector { get; }
    }
}
