using System.Buffers;
using System.Buffers.Binary;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Link;

/// <summary>What a hub says of the time of a line: whatever it is, the line is read.</summary>
public sealed class CaptureRequestTests
{
    // hub, incarnation, count, sequence
    private const int TicksAt = 2 + 4 + 4 + 8;

    [Fact]
    public void A_time_that_is_none_is_the_first_there_is_and_the_first_and_the_last_are_times()
    {
        var (first, last) = ((ulong)DateTimeOffset.MinValue.UtcTicks, (ulong)DateTimeOffset.MaxValue.UtcTicks);
        Assert.Equal(DateTimeOffset.MinValue, Read(first));
        Assert.Equal(DateTimeOffset.MinValue.AddTicks(1), Read(first + 1));
        Assert.Equal(DateTimeOffset.MaxValue, Read(last));
        Assert.Equal(DateTimeOffset.MinValue, Read(last + 1));
        Assert.Equal(DateTimeOffset.MinValue, Read(ulong.MaxValue));
    }

    private static DateTimeOffset Read(ulong ticks)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        new CaptureRequest(1, 2, [new CapturedFact(3, default, "talk", "chat.line", 1, Opaque.Empty)]).Write(ref writer);
        writer.Complete();
        var bytes = output.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(TicksAt), ticks);
        var reader = new WireReader(bytes);
        var read = CaptureRequest.Read(ref reader);
        Assert.Null(reader.Error);
        return Assert.Single(read.Facts).Occurred;
    }
}
