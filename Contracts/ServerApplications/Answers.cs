using System.Buffers;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.ServerApplications;

/// <summary>Answers the hub's questions with the handlers of the table, side by side. Each question gets exactly one answer.</summary>
internal sealed partial class Answers(ServiceTable services, ServerApplicationOptions options, ILogger log, CancellationToken stopping)
{
    private readonly ArrayBufferWriter<byte> _scratch = new();
    private uint _errors;

    /// <summary>Questions being answered.</summary>
    public int Running { get; private set; }

    /// <summary>Called when <see cref="Running"/> has come down to 0.</summary>
    public Action? BecameIdle { get; set; }

    public void OnRequest(ILink link, uint number, ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload);
        var key = (Service: new ServiceType(reader.ReadUInt32()), Code: reader.ReadUInt16());
        if (reader.Error is not null || !services.Requests.TryGetValue(key, out var handler))
        {
            Reply(link, number, Reason.NotImplemented, null);
            return;
        }
        if (Running >= options.AnswersMax)
        {
            Reply(link, number, Reason.ServerNotResponding, null);
            return;
        }
        if (handler.TryStart(ref reader, new Asker(link), out var work, stopping))
            _ = AnswerAsync(link, number, key.Service, work); // every exception ends inside
        else
            Reply(link, number, Reason.BadData, null);
    }

    private async Task AnswerAsync(ILink link, uint number, ServiceType service, ValueTask<(Reason Reason, ReplyWriter? Fields)> work)
    {
        Running++;
        try
        {
            var (reason, fields) = await work;
            Reply(link, number, reason, fields);
        }
        catch (Exception bug)
        {
            LogAnswerFailed(log, ++_errors, service, bug);
            Reply(link, number, Reason.ServerBroken, null);
        }
        if (--Running == 0)
            BecameIdle?.Invoke();
    }

    private void Reply(ILink link, uint number, Reason reason, ReplyWriter? fields)
    {
        _scratch.ResetWrittenCount();
        var writer = new WireWriter(_scratch);
        writer.WriteUInt32((uint)reason);
        fields?.Invoke(ref writer);
        writer.Complete();
        link.Send(LinkKind.Reply, number, _scratch.WrittenSpan, default);
    }

    [LoggerMessage(EventId = 1303, EventName = "application.answer-failed", Level = LogLevel.Error,
        Message = "Error {ErrorId}: a question for service {Service} could not be answered")]
    private static partial void LogAnswerFailed(ILogger log, uint errorId, ServiceType service, Exception bug);
}
