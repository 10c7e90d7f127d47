using System.Buffers;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Xunit;

namespace Sametime.Tests.Unit.Wire;

public sealed class WireWriterTests
{
    [Fact]
    public void NothingReachesTheOutputBeforeComplete()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.WriteUInt16(0x1234);
        Assert.Equal(0, output.WrittenCount);
        writer.Complete();
        Assert.Equal([0x12, 0x34], output.WrittenSpan.ToArray());
    }

    [Fact]
    public void GrowingKeepsWhatWasWrittenAndWhatIsPatched()
    {
        var output = new ArrayBufferWriter<byte>(1);
        output.Write<byte>([0x77]);
        var writer = new WireWriter(output);
        var mark = writer.BeginOpaque();
        var expected = new byte[5000];
        for (var i = 0; i < expected.Length; i++)
        {
            expected[i] = (byte)i;
            writer.WriteByte((byte)i);
        }
        writer.EndOpaque(mark);
        writer.Complete();

        var reader = new WireReader(output.WrittenSpan[1..]);
        Assert.Equal(expected, reader.ReadOpaque().Span.ToArray());
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public void OffsetsInsideDataCountFromTheStartOfTheData()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.WriteUInt32(1);
        var data = writer.BeginData();
        var end = writer.ReserveUInt32();
        writer.WriteUInt16(0xabcd);
        writer.PatchUInt32(end, (uint)writer.Offset);
        writer.EndData(data);
        writer.Complete();
        Assert.Equal("000000010000000600000006abcd", Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Fact]
    public void ANullStringIsWrittenAsEmpty()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.WriteString(null);
        writer.Complete();
        Assert.Equal([0, 0], output.WrittenSpan.ToArray());
    }

    [Fact]
    public void AStringOf65535BytesFitsAndOneMoreThrows()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.WriteString(new string('x', 65_535));
        Assert.Equal(65_537, writer.Position);
        Assert.Throws<ArgumentException>(() =>
        {
            var tooSmall = new WireWriter(new ArrayBufferWriter<byte>());
            tooSmall.WriteString(new string('x', 65_533) + "\u20ac");
        });
    }

    [Fact]
    [Trait("Mutation", "No")]
    public void WritingAFrameIntoRoomThatIsThereAllocatesNothing()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        var message = new ChannelSend(0x64, new Opaque(new byte[100]));
        var payload = new byte[100];
        Write(output, message, payload);
        output.ResetWrittenCount();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
        {
            output.ResetWrittenCount();
            Write(output, message, payload);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Write(ArrayBufferWriter<byte> output, ChannelSend message, byte[] payload)
        {
            FrameWriter.Write(output, new ChannelId(5), message);
            FrameWriter.WriteSend(output, new ChannelId(5), 0x64, payload, MessageOptions.Encrypted);
        }
    }
}
