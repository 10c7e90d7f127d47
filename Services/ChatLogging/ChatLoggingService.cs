using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;

namespace Sametime.Services.ChatLogging;

/// <summary>
/// Chat Logging: takes what hubs capture of conversations and keeps it, gives it out again, and marks what a hub left without an end (S139,
/// S141). A capture is answered when it is durable, for in strict mode lines wait for the answer.
/// </summary>
internal sealed partial class ChatLoggingService(
    IChatLogProvider provider, ChatLogPolicies policies, ChatLogOptions options, ILogger<ChatLoggingService> log) : IService
{
    private readonly Dictionary<ushort, uint> _incarnations = [];
    private TimeProvider _time = null!;
    private bool _isFailing;

    public void Describe(ServiceTable table)
    {
        _time = table.Application.Loop.Time;
        policies.Describe(table);
        table.Answers<CaptureRequest, Done>(CaptureAsync).Answers<ChatLogRequest, ChatLogReply>(FindAsync);
    }

    private async ValueTask<Answer<Done>> CaptureAsync(CaptureRequest request, Asker hub, CancellationToken stop)
    {
        if (request.Facts.Count > options.CaptureFactsMax || ToEnvelopes(request) is not { } captured)
        {
            LogBadCapture(log, request.Hub, hub.Peer.Name);
            return Reason.BadData;
        }

        // The end of the application lets it finish: what is captured here is nowhere else.
        using var tooLong = new CancellationTokenSource(options.RecordTimeout, _time);
        try
        {
            await provider.RecordAsync(captured, tooLong.Token);
        }
        catch (Exception failure) when (IsOfStore(failure, tooLong))
        {
            if (!_isFailing)
                LogNotRecorded(log, request.Hub, failure.Message);
            _isFailing = true;
            return Reason.ServerNotResponding;
        }

        if (_isFailing)
            LogRecordedAgain(log);
        _isFailing = false;
        await MarkInterruptedAsync(request.Hub, request.Incarnation, tooLong);
        return default(Done);
    }

    // A hub that was heard under a new incarnation has ended under the former ones, whatever it had begun there.
    private async Task MarkInterruptedAsync(ushort hub, uint incarnation, CancellationTokenSource tooLong)
    {
        if (_incarnations.TryGetValue(hub, out var known) && known == incarnation)
            return;
        var newest = Math.Max(known, incarnation);
        try
        {
            var marked = await provider.InterruptAsync(hub, newest, tooLong.Token);
            _incarnations[hub] = newest;
            if (marked > 0)
                LogInterrupted(log, hub, marked);
        }
        catch (Exception failure) when (IsOfStore(failure, tooLong))
        {
            LogNotMarked(log, hub, failure.Message); // the next capture tries again
        }
    }

    private async ValueTask<Answer<ChatLogReply>> FindAsync(ChatLogRequest request, Asker hub, CancellationToken stop)
    {
        if (ChatLogForm.ToQuery(request) is not { } query)
            return Reason.RequestInvalid;
        try
        {
            return ChatLogForm.ToReply(await provider.FindAsync(query, request.Reader, stop));
        }
        catch (StoreException failure)
        {
            LogNotRead(log, failure.Message);
            return Reason.ServerNotResponding;
        }
    }

    private static bool IsOfStore(Exception failure, CancellationTokenSource tooLong) =>
        failure is StoreException || (failure is OperationCanceledException && tooLong.IsCancellationRequested);

    // Null when something in it is no fact of a conversation.
    private List<EventEnvelope>? ToEnvelopes(CaptureRequest request)
    {
        var stream = EventStreamName.Chat(request.Hub, request.Incarnation);
        var captured = new List<EventEnvelope>(request.Facts.Count);
        var now = _time.GetUtcNow();
        var last = 0L;
        foreach (var fact in request.Facts)
        {
            if (fact.Sequence <= last || ChatLogForm.ToFact(fact.Name, fact.Version, fact.Fields) is not { } read)
                return null;
            last = fact.Sequence;
            captured.Add(new EventEnvelope(
                stream, fact.Sequence, new EventSource(request.Hub, request.Incarnation), fact.Occurred, now < fact.Occurred ? fact.Occurred : now,
                new EventCause(fact.Correlation), read));
        }

        return captured;
    }

    [LoggerMessage(EventId = 1701, EventName = "chatlog.not-recorded", Level = LogLevel.Error,
        Message = "What hub {Hub} captured cannot be recorded now; the hub sends it again: {Why}")]
    private static partial void LogNotRecorded(ILogger log, ushort hub, string why);

    [LoggerMessage(EventId = 1702, EventName = "chatlog.recorded-again", Level = LogLevel.Information, Message = "Conversations are recorded again")]
    private static partial void LogRecordedAgain(ILogger log);

    [LoggerMessage(EventId = 1703, EventName = "chatlog.bad-capture", Level = LogLevel.Error,
        Message = "A capture of hub {Hub} through {Link} holds what is no fact of a conversation, or too much; it was refused")]
    private static partial void LogBadCapture(ILogger log, ushort hub, string link);

    [LoggerMessage(EventId = 1704, EventName = "chatlog.interrupted", Level = LogLevel.Warning,
        Message = "Hub {Hub} ended without an end of {Conversations} conversations, which the log says of each")]
    private static partial void LogInterrupted(ILogger log, ushort hub, int conversations);

    [LoggerMessage(EventId = 1705, EventName = "chatlog.not-marked", Level = LogLevel.Warning,
        Message = "What hub {Hub} left without an end could not be marked and is with its next capture: {Why}")]
    private static partial void LogNotMarked(ILogger log, ushort hub, string why);

    [LoggerMessage(EventId = 1706, EventName = "chatlog.not-read", Level = LogLevel.Warning, Message = "A question to the log of conversations could not be answered: {Why}")]
    private static partial void LogNotRead(ILogger log, string why);
}
