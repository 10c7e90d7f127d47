using Microsoft.Extensions.Logging;

namespace Sametime.Broker;

/// <summary>What the carriers have to say.</summary>
internal static partial class BrokerLog
{
    [LoggerMessage(EventId = 1201, EventName = "broker.connected", Level = LogLevel.Information, Message = "connected to the broker")]
    public static partial void Connected(ILogger log);

    [LoggerMessage(EventId = 1202, EventName = "broker.failed", Level = LogLevel.Warning, Message = "no connection to the broker, next attempt in {Wait}: {Why}")]
    public static partial void Failed(ILogger log, TimeSpan wait, string why);

    [LoggerMessage(EventId = 1203, EventName = "broker.hub.found", Level = LogLevel.Information, Message = "hub {Hub} \"{Name}\" is there, incarnation {Incarnation}")]
    public static partial void HubFound(ILogger log, ushort hub, string name, uint incarnation);

    [LoggerMessage(EventId = 1204, EventName = "broker.hub.gone", Level = LogLevel.Information, Message = "hub {Hub} \"{Name}\" is gone: {Why}")]
    public static partial void HubGone(ILogger log, ushort hub, string name, string why);

    [LoggerMessage(EventId = 1205, EventName = "broker.link.failed", Level = LogLevel.Warning, Message = "no link to hub {Hub} over the broker: {Why}")]
    public static partial void LinkFailed(ILogger log, ushort hub, string why);

    [LoggerMessage(EventId = 1206, EventName = "broker.link.refused", Level = LogLevel.Warning, Message = "a link over the broker was refused: {Why}")]
    public static partial void LinkRefused(ILogger log, string why);

    [LoggerMessage(EventId = 1207, EventName = "broker.fenced", Level = LogLevel.Error,
        Message = "another process is hub {Hub} with incarnation {Incarnation}; this one has left the broker")]
    public static partial void Fenced(ILogger log, ushort hub, uint incarnation);

    [LoggerMessage(EventId = 1208, EventName = "broker.tag.wrong", Level = LogLevel.Warning,
        Message = "{Count} messages on the broker were none of this community: altered, or from somebody who does not know the link key")]
    public static partial void WrongTag(ILogger log, long count);
}
