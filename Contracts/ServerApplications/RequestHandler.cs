using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.ServerApplications;

/// <summary>Writes the fields of a reply.</summary>
internal delegate void ReplyWriter(ref WireWriter writer);

/// <summary>Reads one kind of question and has a service answer it.</summary>
internal abstract class RequestHandler
{
    /// <summary>False when the question does not parse. The answer has the fields of a reply when its reason is success.</summary>
    public abstract bool TryStart(
        ref WireReader reader, Asker asker, out ValueTask<(Reason Reason, ReplyWriter? Fields)> answer, CancellationToken stopping);
}

/// <inheritdoc/>
internal sealed class RequestHandler<TRequest, TReply>(Func<TRequest, Asker, CancellationToken, ValueTask<Answer<TReply>>> handler) : RequestHandler
    where TRequest : ILinkRequest<TRequest, TReply>
    where TReply : ILinkReply<TReply>
{
    public override bool TryStart(
        ref WireReader reader, Asker asker, out ValueTask<(Reason Reason, ReplyWriter? Fields)> answer, CancellationToken stopping)
    {
        var request = TRequest.Read(ref reader);
        answer = reader.Error is null ? AnswerAsync(request, asker, stopping) : default;
        return reader.Error is null;
    }

    private async ValueTask<(Reason Reason, ReplyWriter? Fields)> AnswerAsync(TRequest request, Asker asker, CancellationToken stopping)
    {
        var answer = await handler(request, asker, stopping);
        return answer.IsOk ? (Reason.Success, answer.Reply.Write) : (answer.Reason, null);
    }
}
