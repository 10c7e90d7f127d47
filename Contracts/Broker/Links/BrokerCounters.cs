using System.Diagnostics.Metrics;

namespace Sametime.Broker.Links;

/// <summary>Why a message of the broker was dropped.</summary>
public enum DropReason
{
    /// <summary>It is no chunk, or its tag is wrong: it was altered, or its sender does not know the link key.</summary>
    Tag,

    /// <summary>It came before.</summary>
    Duplicate,

    /// <summary>One before it is missing; the stream was ended.</summary>
    Gap,

    /// <summary>There is no such stream; its sender was told.</summary>
    UnknownStream,
}

/// <summary>What has passed between this process and the broker: for its own status, and for the meter of the process.</summary>
internal sealed class BrokerCounters
{
    public const string MeterName = "Sametime.Broker";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> FramesMeter = Meter.CreateCounter<long>("sametime.broker.frames", description: "Link frames handed to the broker carrier");
    private static readonly Counter<long> MessagesMeter = Meter.CreateCounter<long>("sametime.broker.messages", description: "Messages of the broker");
    private static readonly Counter<long> BytesMeter = Meter.CreateCounter<long>("sametime.broker.bytes", "By", "Bytes of the messages of the broker");
    private static readonly Counter<long> DroppedMeter = Meter.CreateCounter<long>("sametime.broker.dropped", description: "Messages of the broker that were not what they should be");
    private static readonly UpDownCounter<long> UnconfirmedMeter = Meter.CreateUpDownCounter<long>("sametime.broker.unconfirmed", "By", "Bytes that the broker has not confirmed yet");
    private static readonly KeyValuePair<string, object?> Out = new("direction", "out");
    private static readonly KeyValuePair<string, object?> In = new("direction", "in");

    private readonly long[] _dropped = new long[Enum.GetValues<DropReason>().Length];

    public long Frames { get; private set; }

    public long DataMessagesOut { get; private set; }

    public long MessagesOut { get; private set; }

    public long MessagesIn { get; private set; }

    public long BytesOut { get; private set; }

    public long BytesIn { get; private set; }

    public long UnconfirmedBytes { get; private set; }

    public long this[DropReason reason] => _dropped[(int)reason];

    public void FrameQueued()
    {
        Frames++;
        FramesMeter.Add(1);
    }

    public void Sent(int bytes, bool isData)
    {
        MessagesOut++;
        BytesOut += bytes;
        if (isData)
            DataMessagesOut++;
        MessagesMeter.Add(1, Out);
        BytesMeter.Add(bytes, Out);
    }

    /// <summary>So many bytes of link frames are with the broker and not confirmed.</summary>
    public void Unconfirmed(long bytes)
    {
        UnconfirmedMeter.Add(bytes - UnconfirmedBytes);
        UnconfirmedBytes = bytes;
    }

    public void Received(int bytes)
    {
        MessagesIn++;
        BytesIn += bytes;
        MessagesMeter.Add(1, In);
        BytesMeter.Add(bytes, In);
    }

    public void Dropped(DropReason reason)
    {
        _dropped[(int)reason]++;
        DroppedMeter.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
    }
}
