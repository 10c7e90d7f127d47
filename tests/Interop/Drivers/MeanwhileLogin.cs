using Sametime.Tests.Interop.Servers;

namespace Sametime.Tests.Interop.Drivers;

/// <summary>One login of the libmeanwhile driver: commands as sentences, events to expect.</summary>
internal sealed class MeanwhileLogin(MeanwhileDriver driver, string name, TestUser user)
{
    public MeanwhileDriver Driver => driver;

    public string Name => name;

    public TestUser User => user;

    public Task<ClientEvent> ExpectAsync(string what, Func<ClientEvent, bool>? matches = null) => driver.ExpectAsync(what, name, matches);

    public bool HasSeen(string what, Func<ClientEvent, bool>? matches = null) => driver.HasSeen(what, name, matches);

    /// <summary>Any command of Clients/*.c on this login.</summary>
    public Task DoAsync(string verb, params string[] words) => driver.SendAsync([verb, name, .. words]);

    /// <summary>Says goodbye and waits until the connection is closed.</summary>
    public async Task LogOutAsync()
    {
        await DoAsync("logout");
        await ExpectAsync("ended");
    }

    /// <summary>Watches a user and takes the first state told.</summary>
    public async Task<ClientEvent> WatchAsync(TestUser other)
    {
        await DoAsync("watch", other.Name);
        return await ExpectPresenceAsync(other);
    }

    /// <summary>
    /// Watches a user until he is told to be there: of one at another hub the first state told may be that he is not, since it does
    /// not wait for that hub.
    /// </summary>
    public async Task<ClientEvent> WatchOnlineAsync(TestUser other)
    {
        var seen = await WatchAsync(other);
        while (!seen.Is("online"))
        {
            seen = await ExpectPresenceAsync(other);
        }

        return seen;
    }

    /// <summary>Takes the next presence of a user, or the next one that matches.</summary>
    public Task<ClientEvent> ExpectPresenceAsync(TestUser other, Func<ClientEvent, bool>? matches = null) =>
        ExpectAsync("aware", e => e["user"] == other.Name && (matches?.Invoke(e) ?? true));

    public Task<ClientEvent> ExpectOnlineAsync(TestUser other, bool online) => ExpectPresenceAsync(other, e => e.Is("online") == online);

    /// <summary>Opens a conversation and waits until both ends have it; returns what the opener was told.</summary>
    public async Task<ClientEvent> OpenConversationAsync(MeanwhileLogin peer)
    {
        await DoAsync("im-open", peer.User.Name);
        await peer.ExpectAsync("im-open", e => e["peer"] == User.Name);
        return await ExpectAsync("im-open", e => e["peer"] == peer.User.Name);
    }

    public Task SayAsync(MeanwhileLogin peer, string text) => DoAsync("im-send", peer.User.Name, text);

    public Task<ClientEvent> ExpectTextAsync(MeanwhileLogin peer) => ExpectAsync("im-text", e => e["peer"] == peer.User.Name);

    /// <summary>Stores a text under a key and returns the result code.</summary>
    public async Task<uint> StoreAsync(uint key, string text)
    {
        await DoAsync("store", Hex(key), text);
        return (await ExpectAsync("stored", e => e.Number("key") == key)).Number("result");
    }

    /// <summary>Stores a buddy list of one group in the text form of official clients.</summary>
    public async Task StoreBuddyListAsync(string group, params IEnumerable<TestUser> buddies)
    {
        var lines = new List<string> { "Version=3.1.3", $"G {group}2 {group} O" };
        lines.AddRange(buddies.Select(b => $"U {b.Name}1:: {b.Name},"));
        Assert.Equal(Reasons.Success, await StoreAsync(key: 0, string.Concat(lines.Select(l => l + "\r\n"))));
    }

    public async Task<ClientEvent> LoadAsync(uint key)
    {
        await DoAsync("load", Hex(key));
        return await ExpectAsync("loaded", e => e.Number("key") == key);
    }

    /// <summary>Resolves names; one event a name, in the order asked.</summary>
    public async Task<IReadOnlyList<ClientEvent>> ResolveAsync(ResolveFlags flags, params string[] names)
    {
        await DoAsync("resolve", [Hex((uint)flags), .. names]);
        var results = new List<ClientEvent>();
        foreach (var _ in names)
        {
            results.Add(await ExpectAsync("resolved"));
        }

        await ExpectAsync("resolve-done");
        return results;
    }

    private static string Hex(uint number) => "0x" + number.ToString("x", CultureInfo.InvariantCulture);
}

/// <summary>What a resolve request asks for; the values are the wire's.</summary>
[Flags]
internal enum ResolveFlags : uint
{
    Unique = 0x01,
    First = 0x02,
    Users = 0x08,
    Groups = 0x10,
}
