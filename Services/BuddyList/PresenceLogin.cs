using Sametime.Contracts.Link.Applications.Awareness;
using Sametime.Contracts.Wire;

namespace Sametime.Services.BuddyList;

/// <summary>One login of a user: what it says of him, and the attributes that it set and that go with it.</summary>
internal sealed class PresenceLogin(string id)
{
    public string Id { get; } = id;

    public string DisplayName { get; set; } = "";

    public UserStatus Status { get; set; }

    /// <summary>When it last spoke: the login that spoke last gives the user's status.</summary>
    public Moment SpokeAt { get; set; }

    /// <summary>Null while it set none, which is most of the time.</summary>
    public Dictionary<uint, (Opaque Value, Moment SetAt)>? Attributes { get; set; }

    /// <summary>Its awareness channel, if it has one open.</summary>
    public Watcher? Watcher { get; set; }
}
