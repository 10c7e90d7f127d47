using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.Channels;

namespace Sametime.Hub.Logins;

/// <summary>A member that is logged in now: a user's or guest's login, an Edge, a server application, or this hub itself.</summary>
internal abstract class Participant
{
    /// <summary>What its frames travel on; null for the hub itself.</summary>
    public ILink? Link { get; init; }

    /// <summary>Its number on that link; 0 for the link's own peer.</summary>
    public uint Handle { get; init; }

    public abstract ParticipantKind Kind { get; }

    /// <summary>Node name of a component, display name of a user.</summary>
    public abstract string Name { get; }

    public LoginId LoginId { get; protected set; }

    public DateTimeOffset Since { get; protected set; }

    /// <summary>How others are told who this is; set once it is logged in.</summary>
    public LoginInfo? Info { get; protected set; }

    /// <summary>Its channels, by its own numbers for them.</summary>
    public ChannelTable Channels { get; } = new();

    /// <summary>Those among them that it asked for and that wait to be accepted.</summary>
    public int UnacceptedChannels { get; set; }

    /// <summary>False once it is over: nothing may be sent to it or begun for it any more.</summary>
    public bool IsLoggedIn { get; set; }
}
