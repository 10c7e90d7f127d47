namespace Sametime.Hub;

/// <summary>What the hub has done since its start. Each counts up only.</summary>
internal sealed class HubCounters
{
    /// <summary>Links of Edges and applications that were opened: how often anybody connected to this hub.</summary>
    public long LinksOpened { get; set; }

    public long LoginsAccepted { get; set; }

    public long LoginsRefused { get; set; }

    /// <summary>Logins sent on to the hub where their user belongs.</summary>
    public long LoginsRedirected { get; set; }

    /// <summary>Logins ended in favour of a newer one.</summary>
    public long LoginsDisplaced { get; set; }

    public long LoginsEnded { get; set; }

    public long ChannelsCreated { get; set; }

    public long ChannelsRefused { get; set; }

    public long ChannelsDestroyed { get; set; }

    /// <summary>Messages passed from one end of a channel to the other.</summary>
    public long MessagesRouted { get; set; }

    /// <summary>Channels made to or from a participant of another hub; counted at either hub.</summary>
    public long ForeignChannels { get; set; }

    /// <summary>Times the Online Directory was asked where a user or a place is; never for who is here, a login id or a service.</summary>
    public long DirectoryQuestions { get; set; }

    /// <summary>Those of the messages on channels that went on to another hub.</summary>
    public long MessagesToHubs { get; set; }

    /// <summary>Frames that came from other hubs.</summary>
    public long FramesFromHubs { get; set; }

    /// <summary>Sends, accepts and destroys on channels that are over already; an ordinary race.</summary>
    public long UnknownChannels { get; set; }

    /// <summary>Providers that declined a channel, so that the next one was asked.</summary>
    public long ProvidersSkipped { get; set; }

    /// <summary>Recipients reached by one-to-many messages.</summary>
    public long FanoutRecipients { get; set; }

    /// <summary>Frames to Edges and hubs that carried them.</summary>
    public long FanoutFrames { get; set; }

    public long BroadcastFrames { get; set; }

    /// <summary>Times the other hubs were asked whether everything was heard, because somebody asked for an unknown user.</summary>
    public long DirectoryInquiries { get; set; }

    public long OneTimeMessages { get; set; }

    public long Announcements { get; set; }

    /// <summary>Recipients of announcements that are groups which the directory does not know, or did not answer for.</summary>
    public long AnnouncedGroupsIgnored { get; set; }

    public long StatusChanges { get; set; }

    /// <summary>Status changes that a later one replaced before they were told.</summary>
    public long StatusChangesMerged { get; set; }

    /// <summary>Creates and messages kept from their target by its privacy list.</summary>
    public long HiddenByPrivacy { get; set; }

    /// <summary>Messages that waited because of a rate.</summary>
    public long MessagesHeld { get; set; }

    /// <summary>Messages that were dropped because too many waited; their channel was destroyed.</summary>
    public long HeldOverflows { get; set; }

    /// <summary>Client messages of unknown type, or with bytes left over.</summary>
    public long Oddities { get; set; }

    /// <summary>Client messages that do not parse; each ended its login.</summary>
    public long MalformedMessages { get; set; }

    /// <summary>Creator, acceptor and sender blocks that a client filled in with another identity than its own.</summary>
    public long FalseIdentities { get; set; }

    /// <summary>Well-formed client messages that ask too much: a list or text beyond its limit.</summary>
    public long OverLimits { get; set; }

    /// <summary>Link frames of a kind unknown here or not for this role.</summary>
    public long UnknownFrames { get; set; }

    /// <summary>Users that this hub found to be logged in here and at another live hub.</summary>
    public long DoubleLogins { get; set; }

    /// <summary>Places that this hub found to be active here and at another live hub.</summary>
    public long DoublePlaces { get; set; }

    /// <summary>Snapshots of this hub's part of the Online Directory that were sent.</summary>
    public long DirectorySnapshots { get; set; }

    /// <summary>Replicas that did not fit what their hub said, so that a snapshot was asked for.</summary>
    public long DirectoryRepairs { get; set; }

    public long RequestsTimedOut { get; set; }

    /// <summary>Lines of conversations that were given to the log.</summary>
    public long LinesCaptured { get; set; }

    /// <summary>Lines that were delivered without the log having them; their conversations are marked in it.</summary>
    public long LinesMissed { get; set; }

    /// <summary>Lines that were refused because they cannot be in the log; each ended its channel.</summary>
    public long LinesRefused { get; set; }

    /// <summary>Lines that are in the log and were not delivered, because the channel ended first; each is marked in it.</summary>
    public long LinesUndelivered { get; set; }

    /// <summary>Conversations refused because a client insisted on a cipher, or because the policy of logging is not known yet.</summary>
    public long ConversationsRefused { get; set; }

    /// <summary>Exceptions that were our own mistake.</summary>
    public long Faults { get; set; }
}
