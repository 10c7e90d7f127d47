using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.LoginCop;

namespace Sametime.Hub;

/// <summary>What the hub writes to the log. Users appear by login id only.</summary>
internal static partial class HubLog
{
    [LoggerMessage(EventId = 2001, EventName = "hub.link-opened", Level = LogLevel.Information, Message = "{Kind} {Name} is linked")]
    public static partial void LinkOpened(ILogger log, ParticipantKind kind, string name);

    /// <summary>In order when it closed the link itself, else a warning.</summary>
    public static void LinkClosed(ILogger log, ParticipantKind kind, string name, Reason reason, int channels) =>
        LinkClosed(log, reason == Reason.Success ? LogLevel.Information : LogLevel.Warning, kind, name, reason, channels);


    [LoggerMessage(EventId = 2003, EventName = "hub.link-refused", Level = LogLevel.Warning, Message = "The link of {Name} ends: {Why}")]
    public static partial void LinkRefused(ILogger log, string name, string why);

    [LoggerMessage(EventId = 2004, EventName = "hub.privacy-not-stored", Level = LogLevel.Warning,
        Message = "The privacy list of {Login} could not be stored: {Reason}")]
    public static partial void PrivacyNotStored(ILogger log, LoginId login, Reason reason);

    [LoggerMessage(EventId = 2005, EventName = "hub.malformed", Level = LogLevel.Debug, Message = "A {Type} of {Login} does not parse: {Error}")]
    public static partial void Malformed(ILogger log, MessageType type, LoginId login, string error);

    [LoggerMessage(EventId = 2006, EventName = "hub.fault", Level = LogLevel.Error, Message = "Error {Incarnation}-{Number} while handling a frame of {Name}")]
    public static partial void Fault(ILogger log, Exception exception, uint incarnation, long number, string name);

    [LoggerMessage(EventId = 2002, EventName = "hub.link-closed", Message = "{Kind} {Name} is gone: {Reason}; {Channels} channels broke")]
    private static partial void LinkClosed(ILogger log, LogLevel level, ParticipantKind kind, string name, Reason reason, int channels);

    [LoggerMessage(EventId = 2020, EventName = "hub.hub-refused", Level = LogLevel.Warning,
        Message = "Hub {Name} with number {Number} and incarnation {Incarnation} is refused: the number is taken, or a later start of it was seen")]
    public static partial void HubRefused(ILogger log, string name, ushort number, uint incarnation);

    [LoggerMessage(EventId = 2021, EventName = "hub.directory-repair", Level = LogLevel.Warning,
        Message = "What is known of hub {Number} (incarnation {Incarnation}, change {Sequence}) is not what it says; a snapshot is asked for")]
    public static partial void DirectoryRepair(ILogger log, ushort number, uint incarnation, ulong sequence);

    [LoggerMessage(EventId = 2022, EventName = "hub.lease-over", Level = LogLevel.Warning,
        Message = "Hub {Number} (incarnation {Incarnation}) is not back in time: {Logins} logins and {Places} places of it are gone")]
    public static partial void LeaseOver(ILogger log, ushort number, uint incarnation, int logins, int places);

    [LoggerMessage(EventId = 2023, EventName = "hub.double-login", Level = LogLevel.Warning,
        Message = "Logins {First} and {Second} are of one user and at two hubs; the rule is {Rule}")]
    public static partial void DoubleLogin(ILogger log, LoginId first, LoginId second, DoubleLoginRule rule);

    [LoggerMessage(EventId = 2024, EventName = "hub.double-place", Level = LogLevel.Warning,
        Message = "A place is active at hub {Here} and at hub {There}; hub {KeptBy} keeps it")]
    public static partial void DoublePlace(ILogger log, ushort here, ushort there, ushort keptBy);

    [LoggerMessage(EventId = 2025, EventName = "hub.fenced", Level = LogLevel.Critical,
        Message = "Incarnation {Later} of this hub exists, this one is {Incarnation}: it ends all links and does nothing any more")]
    public static partial void Fenced(ILogger log, uint incarnation, uint later);

    [LoggerMessage(EventId = 2060, EventName = "hub.home-not-live", Level = LogLevel.Warning,
        Message = "A user cannot log in now: no hub or cluster named {Home} is linked that tells where Edges reach it")]
    public static partial void HomeNotLive(ILogger log, string home);

    [LoggerMessage(EventId = 2061, EventName = "hub.capture-policy", Level = LogLevel.Information,
        Message = "Conversations are captured: {Mode}; ciphers between clients: {Encrypted}; {Application} says so")]
    public static partial void CapturePolicySet(ILogger log, ChatLogMode mode, EncryptedChat encrypted, string application);

    [LoggerMessage(EventId = 2062, EventName = "hub.capture-stands", Level = LogLevel.Warning,
        Message = "Nothing was stored in the log of conversations for {Time}; {Facts} facts wait, and strict logging refuses conversations until it goes on")]
    public static partial void CaptureStands(ILogger log, TimeSpan time, int facts);

    [LoggerMessage(EventId = 2063, EventName = "hub.capture-goes-on", Level = LogLevel.Information,
        Message = "The log of conversations stores again, at {Provider}; {Facts} facts wait")]
    public static partial void CaptureGoesOn(ILogger log, string provider, int facts);

    [LoggerMessage(EventId = 2064, EventName = "hub.lines-missed", Level = LogLevel.Warning,
        Message = "Too much waits for the log of conversations: lines are delivered without it, and their conversations will be marked")]
    public static partial void LinesMissed(ILogger log);

    [LoggerMessage(EventId = 2010, EventName = "hub.held-fault", Level = LogLevel.Error, Message = "Error while handling a message of {Login} that had waited")]
    public static partial void HeldFault(ILogger log, Exception exception, LoginId login);
}
