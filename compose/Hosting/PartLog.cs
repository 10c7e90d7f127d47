using System.Net;
using Microsoft.Extensions.Logging;

namespace Sametime.Compose.Hosting;

/// <summary>What the wiring itself has to say.</summary>
internal static partial class PartLog
{
    [LoggerMessage(EventId = 5001, EventName = "link.refused", Level = LogLevel.Warning, Message = "a link from {Address} was refused: {Why}")]
    public static partial void LinkRefused(ILogger log, IPAddress? address, string why);

    [LoggerMessage(EventId = 5002, EventName = "link.failed", Level = LogLevel.Warning, Message = "no link to {Where}: {Why}")]
    public static partial void LinkFailed(ILogger log, string where, string why);

    [LoggerMessage(EventId = 5003, EventName = "process.stopping", Level = LogLevel.Information, Message = "{Role} drains and stops")]
    public static partial void Stopping(ILogger log, string role);

    [LoggerMessage(EventId = 5004, EventName = "loop.fault", Level = LogLevel.Error, Message = "a fault of ours; the loop goes on")]
    public static partial void LoopFault(ILogger log, Exception fault);

    [LoggerMessage(EventId = 5006, EventName = "status.failed", Level = LogLevel.Error, Message = "a question about the state could not be answered")]
    public static partial void StatusFailed(ILogger log, Exception bug);

    [LoggerMessage(EventId = 5020, EventName = "process.observable", Level = LogLevel.Information, Message = "metrics and health are served at {Address}")]
    public static partial void Observable(ILogger log, Uri address);

    [LoggerMessage(EventId = 5030, EventName = "hub.no-link-address", Level = LogLevel.Warning,
        Message = "links are accepted on {EndPoint}, which other machines do not know this one by: with several hubs, set Hub:LinkAddresses, or no user can be sent here")]
    public static partial void NoLinkAddress(ILogger log, IPEndPoint endPoint);

    [LoggerMessage(EventId = 5021, EventName = "hub.replaced", Level = LogLevel.Critical,
        Message = "a later start of hub {Number} was seen, so this one ends. If another hub has this number, give one of them another (Hub:Number); if this hub's folder was replaced, write a higher number than it ever had into {File}")]
    public static partial void Fenced(ILogger log, ushort number, string file);

    [LoggerMessage(EventId = 5005, EventName = "settings.unsafe", Level = LogLevel.Warning,
        Message = "UNSAFE: {Setting} is set to {Networks}")]
    public static partial void UnsafeSetting(ILogger log, string setting, string? networks);
}
