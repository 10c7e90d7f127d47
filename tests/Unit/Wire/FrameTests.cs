using System.Buffers;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Session;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire;

public sealed class FrameTests
{
    private const int FrameBytesMax = 1024;

    // A session as it arrives: keep-alives and counters between frames, empty frames, and messages whose lengths hold bytes >= 0x80.
    private static byte[] Recorded =>
    [
        0x80,
        .. VectorFile.Load(nameof(Handshake))[0].Frame,
        0x81, .. VectorFile.Load(nameof(Login))[0].Frame,
        0, 0, 0, 0,
        .. VectorFile.Load(nameof(ChannelCreate))[1].Frame,
        0x82, 0xff, 0x80,
        .. VectorFile.Load(nameof(ChannelSend))[0].Frame,
        .. VectorFile.Load(nameof(ChannelDestroy))[2].Frame,
        0x80,
    ];

    private static List<byte[]> Expected =>
    [
        VectorFile.Load(nameof(Handshake))[0].Message,
        VectorFile.Load(nameof(Login))[0].Message,
        VectorFile.Load(nameof(ChannelCreate))[1].Message,
        VectorFile.Load(nameof(ChannelSend))[0].Message,
        VectorFile.Load(nameof(ChannelDestroy))[2].Message,
    ];

    [Fact]
    public void AStreamSplitAtAnyByteGivesTheSameMessages()
    {
        var recorded = Recorded;
        for (var cut = 0; cut <= recorded.Length; cut++)
            Assert.Equal(Expected, Feed([recorded[..cut], recorded[cut..]]));
    }

    [Fact]
    public void AStreamFedByteByByteGivesTheSameMessages() =>
        Assert.Equal(Expected, Feed(Recorded.Select(static b => new[] { b })));

    [Fact]
    public void AStreamThatEndsAfterAnyByteGivesOnlyTheWholeMessagesBeforeIt()
    {
        var recorded = Recorded;
        for (var end = 0; end < recorded.Length; end++)
        {
            var messages = Feed([recorded[..end]]);
            Assert.Equal(Expected.Take(messages.Count), messages);
        }
    }

    [Fact]
    public void ALengthAboveTheLimitIsRefusedFromItsFourBytesAlone()
    {
        Assert.Equal((false, FrameKind.TooLarge, 0), Look([0x00, 0x00, 0x04, 0x01]));
        Assert.Equal((false, FrameKind.TooLarge, 0), Look([0x7f, 0xff, 0xff, 0xff]));
        Assert.Equal((false, FrameKind.Incomplete, 0), Look([0x00, 0x00, 0x04, 0x00]));
    }

    [Fact]
    public void ARunOfFillersIsOneStepAndEndsAtTheLength()
    {
        Assert.Equal((true, FrameKind.Filler, 3), Look([0x80, 0x81, 0xff, 0x00]));
        Assert.Equal((true, FrameKind.Filler, 2), Look([0x80, 0x80]));
        Assert.Equal((false, FrameKind.Incomplete, 0), Look([]));
    }

    [Fact]
    public void FillerBytesInsideALengthAreNoFillers() =>
        Assert.Equal((false, FrameKind.Incomplete, 0), Look([0x00, 0x80]));

    [Fact]
    public void AnEmptyFrameIsConsumedAndNamed() => Assert.Equal((true, FrameKind.Empty, 4), Look([0, 0, 0, 0, 0, 0]));

    [Theory]
    [InlineData(nameof(Login))]
    [InlineData(nameof(ChannelDestroy))]
    public void AFrameWrittenAgainIsTheSame(string name)
    {
        foreach (var vector in VectorFile.Load(name))
        {
            var output = new ArrayBufferWriter<byte>();
            FrameWriter.WriteMessage(output, vector.Message);
            Assert.Equal(vector.Frame, output.WrittenSpan.ToArray());
        }
    }

    [Fact]
    public void AMessageIsFramedWithItsHeader()
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.Write(output, new ChannelId(9), new ChannelDestroy(Reason.NoSuchUser));
        Assert.Equal(VectorFile.Load(nameof(ChannelDestroy))[1].Frame, output.WrittenSpan.ToArray());
    }

    [Fact]
    public void RawDataIsFramedAsAChannelSend()
    {
        var vector = VectorFile.Load(nameof(ChannelSend))[0];
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.WriteSend(output, new ChannelId(5), 0x64, vector.Data, MessageOptions.Encrypted);
        Assert.Equal(vector.Frame, output.WrittenSpan.ToArray());
    }

    [Fact]
    public void AttributesBetweenHeaderAndBodyAreSteppedOver()
    {
        var reader = new WireReader([0x00, 0x11, 0x80, 0x00, 0, 0, 0, 0, 0, 0, 0, 2, 0xca, 0xfe, 0, 0, 0, 0x15]);
        var header = MessageHeader.Read(ref reader);
        Assert.Equal([0xca, 0xfe], header.SkipAttributes(ref reader).ToArray());
        Assert.Equal(0x15u, reader.ReadUInt32());
        Assert.Null(reader.Error);
    }

    private static (bool Consumed, FrameKind Kind, int Bytes) Look(byte[] buffer) =>
        (Frame.TryRead(buffer, FrameBytesMax, out var consumed, out var kind, out _), kind, consumed);

    // A receiver as small as can be: appends what arrives, takes off what is whole.
    private static List<byte[]> Feed(IEnumerable<byte[]> pieces)
    {
        var messages = new List<byte[]>();
        byte[] waiting = [];
        foreach (var piece in pieces)
        {
            waiting = [.. waiting, .. piece];
            while (Frame.TryRead(waiting, FrameBytesMax, out var consumed, out var kind, out var message))
            {
                if (kind == FrameKind.Message)
                    messages.Add(message.ToArray());
                waiting = waiting[consumed..];
            }
        }
        return messages;
    }
}
