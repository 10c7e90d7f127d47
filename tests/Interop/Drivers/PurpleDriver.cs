using Sametime.Tests.Interop.Servers;

namespace Sametime.Tests.Interop.Drivers;

/// <summary>
/// The driver on libpurple, Pidgin's engine: one process with a user directory of its own, one account. It comes back after a loss
/// by Pidgin's rule, with the first delay shortened from 8 s.
/// </summary>
internal sealed class PurpleDriver : Driver
{
    private const string ReconnectMilliseconds = "200";

    private readonly string _directory;

    private PurpleDriver(string directory, TestUser user)
        : base("purpleclient", directory, ReconnectMilliseconds)
    {
        _directory = directory;
        User = user;
    }

    public TestUser User { get; }

    /// <summary>Starts the client as a new user of it would: with nothing on its disk.</summary>
    public static PurpleDriver Start(TestUser user) => new(Directory.CreateTempSubdirectory("purple-").FullName, user);

    /// <summary>Starts the account and does not wait for its outcome.</summary>
    public Task ConnectAsync(Topology server, string? password = null) => SendAsync(
        "connect", User.Name, Topology.Host, server.PortOf(User).ToString(CultureInfo.InvariantCulture), User.Name, password ?? User.Password);

    public async Task SignOnAsync(Topology server)
    {
        await ConnectAsync(server);
        await ExpectAsync("signed-on");
    }

    public Task<ClientEvent> ExpectAsync(string what, Func<ClientEvent, bool>? matches = null) => ExpectAsync(what, User.Name, matches);

    /// <summary>Any command of Clients/purpleclient.c on this account.</summary>
    public Task DoAsync(string verb, params string[] words) => SendAsync([verb, User.Name, .. words]);

    public Task<ClientEvent> ExpectPresenceAsync(TestUser other, bool online, string? status = null) => ExpectAsync(
        "presence", e => e["user"] == other.Name && e.Is("online") == online && (status is null || e["status"] == status));

    /// <summary>The buddy list as the client has it, each as GROUP/USER.</summary>
    public async Task<IReadOnlyList<string>> BuddiesAsync()
    {
        await DoAsync("buddies");
        var all = (await ExpectAsync("buddies"))["all"];
        return all.Length == 0 ? [] : all.Split('\n');
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
