using System.Buffers;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;

namespace Sametime.Hub.Providing;

/// <summary>Handles an answer: <paramref name="fields"/> holds what follows the reason, nothing when it is a failure.</summary>
internal delegate void AnswerHandler(Reason reason, ReadOnlySpan<byte> fields);

/// <summary>
/// Questions to applications, those of other hubs among them. Each is answered exactly once: by the provider, or with <see cref="Reason.ServerNotResponding"/> when
/// its time is over or its link is lost.
/// </summary>
internal sealed class Requests(ILoop loop, HubLimits limits, HubCounters counters)
{
    private const int ReasonBytes = 4;

    private readonly Dictionary<uint, OpenRequest> _open = [];
    private readonly ArrayBufferWriter<byte> _buffer = new(512);
    private uint _last;

    public int OpenCount => _open.Count;

    /// <summary>Asks; <paramref name="answer"/> gets the reply, or its default with the reason of the failure.</summary>
    public void Ask<TRequest, TReply>(Provider provider, TRequest request, Action<Reason, TReply?> answer)
        where TRequest : ILinkRequest<TRequest, TReply>
        where TReply : ILinkReply<TReply> => Ask(provider, request, answer, limits.ReplyWithin);

    /// <inheritdoc cref="Ask{TRequest,TReply}(Provider,TRequest,Action{Reason,TReply})"/>
    /// <param name="provider">Who is asked.</param>
    /// <param name="request">What.</param>
    /// <param name="answer">Takes the answer.</param>
    /// <param name="within">How long it may take.</param>
    public void Ask<TRequest, TReply>(Provider provider, TRequest request, Action<Reason, TReply?> answer, TimeSpan within)
        where TRequest : ILinkRequest<TRequest, TReply>
        where TReply : ILinkReply<TReply>
    {
        _buffer.ResetWrittenCount();
        var writer = new WireWriter(_buffer);
        writer.WriteUInt32(TRequest.Service.Value);
        writer.WriteUInt16(TRequest.Code);
        request.Write(ref writer);
        writer.Complete();
        Ask(provider, _buffer.WrittenSpan, (reason, fields) =>
        {
            var reader = new WireReader(fields);
            var reply = reason == Reason.Success ? TReply.Read(ref reader) : default;
            answer(reader.Error is null ? reason : Reason.BadData, reader.Error is null ? reply : default);
        }, within);
    }

    /// <summary>Passes a question on as it stands: service, code, fields.</summary>
    public void Ask(Provider provider, ReadOnlySpan<byte> question, AnswerHandler answer) => Ask(provider, question, answer, limits.ReplyWithin);

    /// <inheritdoc cref="Ask(Provider,ReadOnlySpan{byte},AnswerHandler)"/>
    public void Ask(Provider provider, ReadOnlySpan<byte> question, AnswerHandler answer, TimeSpan within)
    {
        if (_open.Count >= limits.OpenRequestsMax || !provider.IsLoggedIn)
        {
            answer(Reason.ServerNotResponding, default);
            return;
        }

        var number = NextNumber();
        _open.Add(number, new OpenRequest(provider, answer, loop.Schedule(within, () => TimeOut(number))));
        provider.Link!.Send(LinkKind.Request, number, question, default);
    }

    /// <summary>An answer has come. One that nobody waits for (any more) is ignored.</summary>
    public void OnReply(Provider from, uint number, ReadOnlySpan<byte> payload)
    {
        if (!_open.TryGetValue(number, out var request) || request.Asked != from)
            return;

        var reader = new WireReader(payload);
        var reason = (Reason)reader.ReadUInt32();
        Close(number, request, reader.Error is null ? reason : Reason.BadData, reason == Reason.Success && reader.Error is null ? payload[ReasonBytes..] : default);
    }

    /// <summary>The link of a provider is lost.</summary>
    public void OnLost(Provider provider)
    {
        foreach (var (number, request) in _open.Where(entry => entry.Value.Asked == provider).ToArray())
            Close(number, request, Reason.ServerNotResponding, default);
    }

    private void TimeOut(uint number)
    {
        if (!_open.TryGetValue(number, out var request))
            return;
        counters.RequestsTimedOut++;
        Close(number, request, Reason.ServerNotResponding, default);
    }

    private void Close(uint number, OpenRequest request, Reason reason, ReadOnlySpan<byte> fields)
    {
        _open.Remove(number);
        request.Timer.Dispose();
        request.Answer(reason, fields);
    }

    private uint NextNumber()
    {
        do
            _last++;
        while (_last == 0 || _open.ContainsKey(_last));
        return _last;
    }

    private sealed record OpenRequest(Provider Asked, AnswerHandler Answer, IDisposable Timer);
}
