using System.Diagnostics;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link;

/// <summary>
/// The next Message of this handle belongs to a trace: where the sender's part of it ended. Hops that do not trace pass it on.
/// <code>
/// trace  16 bytes
/// span    8 bytes  of the sender
/// </code>
/// Direction: with the message. Answer: none.
/// </summary>
public readonly record struct TraceContext(ActivityContext Context) : ILinkPayload<TraceContext>
{
    private const int TraceBytes = 16;
    private const int SpanBytes = 8;

    public static LinkKind Kind => LinkKind.TraceContext;

    public static TraceContext Read(ref WireReader reader)
    {
        var trace = reader.ReadBytes(TraceBytes);
        var span = reader.ReadBytes(SpanBytes);
        return reader.Error is not null ? default : new TraceContext(new ActivityContext(
            ActivityTraceId.CreateFromBytes(trace), ActivitySpanId.CreateFromBytes(span), ActivityTraceFlags.Recorded, isRemote: true));
    }

    public void Write(ref WireWriter writer)
    {
        var ids = new byte[TraceBytes + SpanBytes];
        Context.TraceId.CopyTo(ids.AsSpan(0, TraceBytes));
        Context.SpanId.CopyTo(ids.AsSpan(TraceBytes));
        writer.WriteBytes(ids);
    }
}
