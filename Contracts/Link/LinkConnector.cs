using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link;

/// <summary>Keeps a link open over whatever its dialer makes.</summary>
public sealed class LinkConnector : ILinkConnector, ILinkHandler
{
    private readonly ILoop _loop;
    private readonly ILinkDialer _dialer;
    private readonly LinkIdentity _me;
    private readonly ReadOnlyMemory<byte> _key;
    private readonly LinkOptions _options;
    private readonly Random _random;
    private readonly Action<LinkFailure> _onFailure;
    private ILinkHandler? _handler;
    private LinkSession? _session;
    private IDisposable? _retry;
    private TimeSpan _delay;
    private bool _isDisposed;

    /// <summary>
    /// <paramref name="random"/> spreads the attempts of many that have lost the same peer. <paramref name="onFailure"/>
    /// hears of each attempt that fails, e.g. to log it.
    /// </summary>
    public LinkConnector(
        ILoop loop, ILinkDialer dialer, LinkIdentity me, ReadOnlyMemory<byte> key, LinkOptions options, Random random,
        Action<LinkFailure> onFailure)
    {
        ArgumentNullException.ThrowIfNull(options);
        _loop = loop;
        _dialer = dialer;
        _me = me;
        _key = key;
        _options = options;
        _random = random;
        _onFailure = onFailure;
        _delay = options.RetryDelayMin;
    }

    public ILink? Link => _session is { IsOpen: true } ? _session : null;

    public LinkFailure? LastFailure { get; private set; }

    public void Start(ILinkHandler handler)
    {
        if (_handler is not null)
            throw new InvalidOperationException("The connector was started before.");
        _handler = handler;
        _ = DialAsync();
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _retry?.Dispose();
        _session?.Close(Reason.Success);
    }

    public void OnLinkOpened(ILink link)
    {
        LastFailure = null;
        _delay = _options.RetryDelayMin;
        _handler!.OnLinkOpened(link);
    }

    public void OnLinkFrame(ILink link, in LinkFrame frame) => _handler!.OnLinkFrame(link, frame);

    public void OnLinkClosed(ILink link, Reason reason)
    {
        _session = null;
        if (reason == Reason.SignedOnAgain)
        {
            // Coming back at once would push the other one out in its turn, and so on for ever, many times a second.
            _delay = _options.RetryDelayMax;
            OnFailed(new LinkFailure(reason, "Another component has linked there by the same name.", link.Peer.Address));
        }
        else
        {
            RetryLater();
        }
        _handler!.OnLinkClosed(link, reason);
    }

    private async Task DialAsync()
    {
        IByteStream stream;
        try
        {
            stream = await _dialer.DialAsync();
        }
        catch (Exception error)
        {
            // Whatever it was, it may be gone the next time, and a part that stops trying is lost until a person comes.
            OnFailed(new LinkFailure(Reason.CannotConnect, $"The other end cannot be reached: {error.Message}", null));
            return;
        }
        if (_isDisposed)
            stream.Abort();
        else
            _session = LinkSession.Connect(_loop, stream, _me, _key, _options, this, OnFailed);
    }

    private void OnFailed(LinkFailure failure)
    {
        _session = null;
        if (_isDisposed)
            return;
        LastFailure = failure;
        RetryLater();
        _onFailure(failure);
    }

    private void RetryLater()
    {
        if (_isDisposed)
            return;
        var wait = _delay * (0.5 + (_random.NextDouble() / 2));
        _delay = TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, _options.RetryDelayMax.Ticks));
        _retry = _loop.Schedule(wait, () => _ = DialAsync());
    }
}
