using System.Buffers;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.ServerApplications;

/// <summary>What an application has asked its hub and not yet been told. Each question ends: by the answer, by its deadline, or with the link.</summary>
internal sealed class Questions(ILoop loop, ServerApplicationOptions options)
{
    private readonly Dictionary<uint, Pending> _pending = [];
    private readonly ArrayBufferWriter<byte> _scratch = new();
    private uint _lastNumber;

    public Task<Answer<TReply>> AskAsync<TRequest, TReply>(ILink? link, TRequest request)
        where TRequest : ILinkRequest<TRequest, TReply>
        where TReply : ILinkReply<TReply>
    {
        if (link is null)
            return Task.FromResult(Answer.Refuse<TReply>(Reason.ServerNotResponding));

        var number = NextNumber();
        var pending = new Pending<TReply>();
        pending.Deadline = loop.Schedule(options.AskTimeout, () => End(number, Reason.ServerNotResponding));
        _pending.Add(number, pending);

        _scratch.ResetWrittenCount();
        var writer = new WireWriter(_scratch);
        writer.WriteUInt32(TRequest.Service.Value);
        writer.WriteUInt16(TRequest.Code);
        request.Write(ref writer);
        writer.Complete();
        link.Send(LinkKind.Request, number, _scratch.WrittenSpan, default);
        return pending.Answer;
    }

    /// <summary>An answer has come; one to a question that is over already is dropped.</summary>
    public void OnReply(uint number, ReadOnlySpan<byte> payload)
    {
        if (!_pending.Remove(number, out var pending))
            return;
        pending.Deadline?.Dispose();
        pending.Finish(payload);
    }

    public void Disconnected()
    {
        foreach (var number in _pending.Keys.ToArray())
            End(number, Reason.ServerNotResponding);
    }

    private void End(uint number, Reason reason)
    {
        if (!_pending.Remove(number, out var pending))
            return;
        pending.Deadline?.Dispose();
        pending.Refuse(reason);
    }

    private uint NextNumber()
    {
        do
            _lastNumber++;
        while (_lastNumber == 0 || _pending.ContainsKey(_lastNumber));
        return _lastNumber;
    }

    private abstract class Pending
    {
        public IDisposable? Deadline { get; set; }

        public abstract void Finish(ReadOnlySpan<byte> payload);

        public abstract void Refuse(Reason reason);
    }

    private sealed class Pending<TReply> : Pending
        where TReply : ILinkReply<TReply>
    {
        // What waits goes on by a post to the loop, never inside the frame that brought the answer.
        private readonly TaskCompletionSource<Answer<TReply>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Answer<TReply>> Answer => _answer.Task;

        public override void Finish(ReadOnlySpan<byte> payload)
        {
            var reader = new WireReader(payload);
            var reason = (Reason)reader.ReadUInt32();
            if (reason != Reason.Success)
            {
                Refuse(reason);
                return;
            }
            var reply = TReply.Read(ref reader);
            if (reader.Error is null)
                _answer.SetResult(reply);
            else
                Refuse(Reason.BadData);
        }

        public override void Refuse(Reason reason) => _answer.SetResult(reason);
    }
}
