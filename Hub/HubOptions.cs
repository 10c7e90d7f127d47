using Sametime.Contracts.Wire;
using Sametime.Hub.LoginCop;

namespace Sametime.Hub;

/// <summary>Settings of a hub.</summary>
internal sealed class HubOptions
{
    /// <summary>Node name, shown in listings and as the server id of every login.</summary>
    public string Name { get; set; } = "hub-1";

    /// <summary>Number of the hub in its community, the first part of every login id it gives.</summary>
    public ushort Number { get; set; } = 1;

    /// <summary>Name of the cluster this hub is a member of; empty = none. Wherever a hub can be named as a user's home, a cluster can.</summary>
    public string Cluster { get; set; } = "";

    /// <summary>
    /// Where Edges link up to this hub, host:port, best first; other hubs send Edges here whose users are at home here. Empty: where it
    /// listens, unless that is any address of the machine.
    /// </summary>
    public IReadOnlyList<string> LinkAddresses { get; set; } = [];

    /// <summary>
    /// Name of our community. A target in it, or in none, is ours. Clients are always told the empty name: with any other, a callee
    /// would open his reply as a second conversation.
    /// </summary>
    public string Community { get; set; } = "";

    /// <summary>A login from a second address ends the user's logins from the first.</summary>
    public bool SingleMachineRule { get; set; } = true;

    /// <summary>Which login is meant when a user is addressed.</summary>
    public LoginSelectionRule LoginSelection { get; set; } = LoginSelectionRule.BestStatusThenLatest;

    /// <summary>Services that a guest may open no channel to: what is stored belongs to users.</summary>
    public IReadOnlyList<ServiceType> ClosedToGuests { get; set; } = [ServiceTypes.Storage, ServiceTypes.Directory];

    /// <summary>
    /// Tell a user's other logins by a one-time message that his stored data has changed. libmeanwhile passes over one-time messages.
    /// </summary>
    public bool StorageNotices { get; set; } = true;

    /// <summary>
    /// How long the users and places of another hub count as there when the link to it is lost. Nothing can be opened toward them meanwhile.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>
    /// What becomes of the logins of a user who is found at two hubs, as after a partition: Both end, or all but those at the hub of the
    /// newest or oldest one (NewestWins, OldestWins). The same at all hubs.
    /// </summary>
    public DoubleLoginRule DoubleLogin { get; set; } = DoubleLoginRule.Both;

    /// <summary>How often other hubs are told the digest of this hub's part of the Online Directory.</summary>
    public TimeSpan DirectoryDigests { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Over how long <c>sametime drain</c> sends the logins of this hub away, so that other hubs get them one after another.</summary>
    public TimeSpan DrainWindow { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Conversations are refused as long as the hub has not been told whether they are logged, as after its start while Chat Logging is away.
    /// Otherwise they are not logged until then.
    /// </summary>
    public bool ChatLogRequired { get; set; }

    /// <summary>How often the hub states what it has counted, as a fact that the Logger records. 0: never. Default a minute.</summary>
    public TimeSpan StatisticsInterval { get; set; } = TimeSpan.FromMinutes(1);

    public HubLimits Limits { get; set; } = new();
}

/// <summary>How one login is picked among several of an addressed user.</summary>
internal enum LoginSelectionRule
{
    /// <summary>Active before in a meeting, idle, away and do-not-disturb, at a desk before mobile; among equals the last to have done something.</summary>
    BestStatusThenLatest,

    /// <summary>The last to have done something, whatever its status.</summary>
    Latest,
}
