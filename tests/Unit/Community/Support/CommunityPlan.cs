using System.Net;
using Sametime.Contracts.Link;
using Sametime.Contracts.Providers;
using Sametime.Edge.Limits;
using Sametime.Hub;
using Sametime.Services.Users;
using Sametime.Services.Users.Passwords;

namespace Sametime.Tests.Unit.Community.Support;

/// <summary>How a community of a test differs from the usual one.</summary>
internal sealed class CommunityPlan
{
    public HubOptions Hub { get; } = new();

    public LimitsOptions Limits { get; } = new() { KeyPairsReady = 4, CloseLinger = TimeSpan.FromMilliseconds(200) };

    /// <summary>
    /// Nobody is found dead by his silence: what breaks is told by the break itself, however busy the machine is.
    /// </summary>
    public LinkOptions Link { get; } = new()
    {
        RetryDelayMin = TimeSpan.FromMilliseconds(20), RetryDelayMax = TimeSpan.FromMilliseconds(100), PingInterval = TimeSpan.FromHours(1),
    };

    public UsersOptions Users { get; } = new();

    /// <summary>
    /// Cheap hashes, and no throttle for many who log in at once from one address: what is tested here is neither.
    /// </summary>
    public PasswordOptions Passwords { get; } = new()
    {
        MemoryKiB = 64, Passes = 1, HashesRunningMax = 2, HashesWaitingMax = 2_000,
        FailuresPerAccountAndAddress = 10_000, FailuresPerAddress = 10_000, FailuresPerAccount = 10_000,
    };

    /// <summary>From where Edges may link to the hub.</summary>
    public IReadOnlyList<IPNetwork> EdgesFrom { get; set; } = LinkTrust.Loopback;

    /// <summary>Each service in a server application of its own, instead of all in one.</summary>
    public bool Apart { get; set; }

    /// <summary>Name of the first Edge; a hub takes one Edge of a name.</summary>
    public string EdgeName { get; init; } = "edge-1";

    /// <summary>The hub or cluster that every user is at home at; empty for any.</summary>
    public string Home { get; init; } = "";

    /// <summary>Networks of load balancers in front of the Edges.</summary>
    public IReadOnlyList<string> Balancers { get; init; } = [];

    /// <summary>A community whose key file and store serve for tokens, as processes share them; null for its own.</summary>
    public TestCommunity? TokensOf { get; init; }

    /// <summary>Providers of further kinds of token.</summary>
    public IReadOnlyList<IAuthenticationProvider> OtherTokens { get; init; } = [];

    /// <summary>Whether there is an Edge from the start.</summary>
    public bool StartsEdge { get; set; } = true;
}
