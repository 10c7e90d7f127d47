using Sametime.Contracts.Wire;

namespace Sametime.Hub;

/// <summary>Every bound that the hub keeps, each with its default and what happens beyond it.</summary>
internal sealed class HubLimits
{
    /// <summary>A login is decided within this time, or refused with <see cref="Reason.ServerNotResponding"/>.</summary>
    public TimeSpan LoginDecision { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Logins that wait for their decision at once; as many as a single Edge may have connections. Beyond: <see cref="Reason.ServerFull"/>.</summary>
    public int UndecidedLoginsMax { get; set; } = 20_000;

    /// <summary>Logins of one user from one machine; one more ends the oldest with <see cref="Reason.MultiServerLogin"/>.</summary>
    public int LoginsPerUser { get; set; } = 5;

    /// <summary>Open channels of a login. Beyond: that channel is destroyed with <see cref="Reason.ServerFull"/>.</summary>
    public int ChannelsPerLogin { get; set; } = 250;

    /// <summary>Open channels of a server application. Beyond: that channel is destroyed with <see cref="Reason.ServerFull"/>.</summary>
    public int ChannelsPerApplication { get; set; } = 50_000;

    /// <summary>Open channels that cross the link to one other hub. Beyond: that channel is destroyed with <see cref="Reason.ServerFull"/>.</summary>
    public int ChannelsPerHub { get; set; } = 500_000;

    /// <summary>Places to connect to that one Edge, or another hub, may tell of. Beyond: its link ends.</summary>
    public int EntrancesMax { get; set; } = 1_000;

    /// <summary>Characters of an id or community that a channel is asked for by. Beyond: destroyed with <see cref="Reason.RequestInvalid"/>.</summary>
    public int IdCharsMax { get; set; } = 256;

    /// <summary>Channels a login has asked for and nobody has accepted yet. Beyond: destroyed with <see cref="Reason.Aborted"/>.</summary>
    public int UnacceptedPerLogin { get; set; } = 50;

    /// <summary>How long a channel may wait to be accepted. Then: destroyed with <see cref="Reason.Aborted"/>.</summary>
    public TimeSpan AcceptWithin { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Providers that may hand one channel on to the next. Beyond: destroyed with <see cref="Reason.ServerFull"/>.</summary>
    public int RedirectsPerChannel { get; set; } = 4;

    /// <summary>
    /// How long a channel to a user whom nobody knows waits until every other hub has said who came last. Then: destroyed with
    /// <see cref="Reason.NoSuchUser"/> if he is still unknown.
    /// </summary>
    public TimeSpan DirectoryInquiry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Channels a login may ask for. Beyond: its messages wait.</summary>
    public Rate ChannelCreates { get; set; } = new(PerSecond: 20, Burst: 100);

    /// <summary>Messages of a login on IM channels, announcements and one-time messages together. Beyond: its messages wait.</summary>
    public Rate InstantMessages { get; set; } = new(PerSecond: 10, Burst: 30);

    /// <summary>Status changes of a login. Beyond: the last one is told when its time comes, those between are merged into it.</summary>
    public Rate StatusChanges { get; set; } = new(PerSecond: 2, Burst: 10);

    /// <summary>
    /// Data bytes of one message on an IM channel. Beyond: the channel is destroyed with <see cref="Reason.MessageTooLarge"/>. Announcements and
    /// one-time messages beyond it are passed over.
    /// </summary>
    public int InstantMessageBytesMax { get; set; } = 16 * 1024;

    /// <summary>Messages of one login that wait for their turn. Beyond: their channel is destroyed with <see cref="Reason.NotEnoughResources"/>.</summary>
    public int HeldMessagesMax { get; set; } = 256;

    /// <summary>Bytes of the messages of one login that wait for their turn, with the same end.</summary>
    public int HeldBytesMax { get; set; } = 256 * 1024;

    /// <summary>Entries of a privacy list. Beyond: the list is not stored, so its echo stays away.</summary>
    public int PrivacyUsersMax { get; set; } = 1_000;

    /// <summary>Characters of a status text. Beyond: the status is passed over.</summary>
    public int StatusTextMax { get; set; } = 1_024;

    /// <summary>Recipients named in one announcement. Beyond: the rest is passed over.</summary>
    public int AnnounceRecipientsMax { get; set; } = 1_000;

    /// <summary>Public groups among them; each is a question to the Directory application. Beyond: the rest is passed over.</summary>
    public int AnnounceGroupsMax { get; set; } = 10;

    /// <summary>Users that one announcement reaches when its groups are opened. Beyond: the rest is passed over.</summary>
    public int AnnounceMembersMax { get; set; } = 10_000;

    /// <summary>Unknown messages and messages with bytes left over that a login may send a minute. Beyond: <see cref="Reason.ProtocolError"/>.</summary>
    public int OdditiesPerMinute { get; set; } = 20;

    /// <summary>Logins and places together that another hub may have. Beyond: its link ends, as with any frame that breaks the rules.</summary>
    public int DirectoryEntriesPerHub { get; set; } = 1_000_000;

    /// <summary>Users that one application may have located. Beyond: passed over, and counted.</summary>
    public int LocatedPerApplication { get; set; } = 1_000_000;

    /// <summary>Places active at this hub. Beyond: <see cref="Reason.ServerFull"/>.</summary>
    public int PlacesPerHub { get; set; } = 20_000;

    /// <summary>How long an allocated place counts for its hub without being active there.</summary>
    public TimeSpan PlaceAllocation { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Allocated places that are remembered meanwhile. Beyond: they are allocated, and do not count until they are active.</summary>
    public int PlacesAllocatedMax { get; set; } = 1_000;

    /// <summary>An application's answer comes within this time, or counts as <see cref="Reason.ServerNotResponding"/>.</summary>
    public TimeSpan ReplyWithin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Questions without an answer yet. Beyond: <see cref="Reason.ServerNotResponding"/> at once.</summary>
    public int OpenRequestsMax { get; set; } = 50_000;

    /// <summary>
    /// How long captured facts wait for the log of conversations. Then strict logging refuses what waits and what is said meanwhile: the
    /// channel is destroyed with <see cref="Reason.ServerNotResponding"/>. Relaxed logging goes on waiting.
    /// </summary>
    public TimeSpan CaptureTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after a failure the log of conversations is asked again, when no other application provides it.</summary>
    public TimeSpan CaptureRetry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Captured facts that wait for the log of conversations. Beyond: in relaxed logging a line is not captured and its conversation is
    /// marked, in strict logging its channel is destroyed with <see cref="Reason.ServerNotResponding"/>.
    /// </summary>
    public int CaptureFactsMax { get; set; } = 50_000;

    /// <summary>Bytes of captured facts, and of messages that wait for them, with the same end.</summary>
    public int CaptureBytesMax { get; set; } = 64 * 1024 * 1024;

    /// <summary>Facts that the log of conversations is asked to store at once. Beyond: they go with the next question.</summary>
    public int CaptureBatchFacts { get; set; } = 1_000;

    /// <summary>Bytes of facts that it is asked to store at once, with the same end; one fact always goes.</summary>
    public int CaptureBatchBytes { get; set; } = 512 * 1024;

    /// <summary>Messages of one login that wait until the log has what it said. Beyond: its messages wait.</summary>
    public int CaptureHeldPerLogin { get; set; } = 64;

    /// <summary>
    /// Conversations with lines missing whose marks wait until the log goes again. Beyond: their lines are counted in one mark that names no
    /// conversation.
    /// </summary>
    public int CaptureGapsMax { get; set; } = 10_000;
}

/// <summary>A rate with its burst: what may come at once after a quiet time.</summary>
internal readonly record struct Rate(int PerSecond, int Burst);
