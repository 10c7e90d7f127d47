using System.Buffers;
using System.Buffers.Binary;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Tests.Kit.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Wire.Awareness;

public sealed class PresenceBlockTests
{
    private const string Golden = "bob goes to lunch";

    private static readonly byte[] Update = VectorFile.Load(nameof(PresenceUpdate), Golden).Data;

    [Fact]
    public void FieldsOfANewerWriterBeforeTheEndOfTheBlockAreSkipped()
    {
        byte[] longer = [.. Update, 0xaa, 0xbb, 0xcc];
        BinaryPrimitives.WriteUInt32BigEndian(longer, (uint)longer.Length);

        var reader = new WireReader(longer);
        Assert.Equal(GoldenPayload.Read<PresenceUpdate>(Golden), PresenceUpdate.Read(ref reader));
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public void EndInsideTheKnownFieldsIsIgnored()
    {
        var early = (byte[])Update.Clone();
        BinaryPrimitives.WriteUInt32BigEndian(early, 5);

        var reader = new WireReader(early);
        Assert.Equal(GoldenPayload.Read<PresenceUpdate>(Golden), PresenceUpdate.Read(ref reader));
    }

    [Fact]
    public void EndBeyondTheDataIsAnError()
    {
        var late = (byte[])Update.Clone();
        BinaryPrimitives.WriteUInt32BigEndian(late, (uint)late.Length + 1);

        var reader = new WireReader(late);
        PresenceUpdate.Read(ref reader);
        Assert.Equal(WireErrorKind.Truncated, reader.Error?.Kind);
    }

    [Fact]
    public void EndsCountFromTheDataAlsoInsideAFrame()
    {
        const string title = "The group staff: alice and bob active, carol absent";
        var vector = VectorFile.Load(nameof(PresenceSnapshot), title);
        var output = new ArrayBufferWriter<byte>();

        FrameWriter.WriteSend(output, vector.Header.Channel, GoldenPayload.Read<PresenceSnapshot>(title));

        Assert.Equal(vector.Frame, output.WrittenSpan.ToArray());
    }

    [Fact]
    [Trait("Mutation", "No")]
    public void WritingAnUpdateAllocatesNothing()
    {
        var update = GoldenPayload.Read<PresenceUpdate>(Golden);
        var output = new ArrayBufferWriter<byte>(4096);
        FrameWriter.WriteSend(output, new ChannelId(3), update);
        output.ResetWrittenCount();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 32; i++)
            FrameWriter.WriteSend(output, new ChannelId(3), update);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.Equal(32 * VectorFile.Load(nameof(PresenceUpdate), Golden).Frame.Length, output.WrittenCount);
    }
}
