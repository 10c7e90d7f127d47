using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.InProcess;

namespace Sametime.Contracts.Link.InProcess;

/// <summary>Accepts links from parts of the same process, by the same frames and the same key as from elsewhere.</summary>
public sealed class InProcessLinkListener(
    ILoop loop, LinkIdentity me, LinkTrust trust, LinkOptions options, ILinkHandler handler, Action<LinkFailure> onFailure)
{
    /// <summary>Where a part on <paramref name="from"/> dials to reach this listener. From any thread.</summary>
    public ILinkDialer DialerOn(ILoop from) => new Dialer(this, from);

    private IByteStream Connect(ILoop from)
    {
        var (theirs, ours) = InProcessPipe.Create(from, loop);
        loop.Post(() => LinkSession.Accept(loop, ours, me, trust, options, handler, onFailure));
        return theirs;
    }

    private sealed class Dialer(InProcessLinkListener listener, ILoop from) : ILinkDialer
    {
        public Task<IByteStream> DialAsync() => Task.FromResult(listener.Connect(from));
    }
}
