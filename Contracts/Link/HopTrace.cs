using System.Diagnostics;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link;

/// <summary>
/// The trace of the message that a hop has in hand, if it has one. A hop begins it where the message comes in, sends it on before the message,
/// and ends it when the message has left; all in one turn of its loop. Without a trace each of these is one comparison.
/// </summary>
/// <param name="hop">Node name of the hop.</param>
/// <param name="oneMessageIn">One of so many messages that begin here is traced; 0 = none.</param>
public sealed class HopTrace(string hop, int oneMessageIn = 0)
{
    /// <summary>The source of all spans of messages, for whoever listens.</summary>
    public const string SourceName = "Sametime.Messages";

    private static readonly ActivitySource Source = new(SourceName);

    // Links whose next message is traced; empty at nearly all times.
    private readonly Dictionary<ILink, ActivityContext> _announced = [];
    private Activity? _span;
    private ActivityContext _context;
    private int _count;

    /// <summary>A message comes in from a client: every so many of them begin a trace, if anybody listens.</summary>
    public void BeginAnew(string what)
    {
        if (oneMessageIn <= 0 || ++_count < oneMessageIn)
            return;
        _count = 0;
        Begin(what, ActivityKind.Server, default);
    }

    /// <summary>A frame of <see cref="LinkKind.TraceContext"/>: the next message of this link belongs to that trace. One that does not parse is passed over.</summary>
    public void Announce(ILink link, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(link);
        var reader = new WireReader(payload);
        var context = TraceContext.Read(ref reader).Context;
        if (reader.Error is null)
            _announced[link] = context;
    }

    /// <summary>A message comes in from a link: goes on with its trace if one was announced.</summary>
    public void GoOn(ILink link, string what)
    {
        if (_announced.Count > 0 && _announced.Remove(link, out var context))
            Begin(what, ActivityKind.Internal, context);
    }

    /// <summary>Sends the trace on, before the message itself is sent on the same link with the same handle.</summary>
    public void SendOn(ILink link, uint handle)
    {
        if (_context != default)
            link?.Send(handle, new TraceContext(_context));
    }

    /// <summary>The message has left.</summary>
    public void End()
    {
        if (_context == default)
            return;
        _span?.Dispose();
        (_span, _context) = (null, default);
    }

    /// <summary>A link is over, with what it had announced.</summary>
    public void Forget(ILink link) => _announced.Remove(link);

    private void Begin(string what, ActivityKind kind, ActivityContext from)
    {
        _span = Source.StartActivity($"{hop} {what}", kind, from);
        _span?.SetTag("sametime.hop", hop);
        _context = _span?.Context ?? from;
    }
}
