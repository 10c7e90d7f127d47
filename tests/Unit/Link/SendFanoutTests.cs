using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Link;

public sealed class SendFanoutTests
{
    private static readonly byte[] Head = [0, 3, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] Body = [7, 8, 9];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(LinkFrameWriter.RecipientsPerFrameMax)]
    [InlineData(LinkFrameWriter.RecipientsPerFrameMax + 1)]
    [InlineData((3 * LinkFrameWriter.RecipientsPerFrameMax) - 1)]
    public void Everyone_in_the_list_gets_the_message_once_whatever_its_length(int count)
    {
        var recipients = Enumerable.Range(0, count).Select(static i => new Recipient((uint)i, (uint)(i * 3))).ToArray();
        var link = new FrameCatcher();

        link.SendFanout(5, recipients, Head, Body);

        var seen = new List<Recipient>();
        foreach (var payload in link.Payloads)
        {
            Assert.True(Fanout.TryRead(payload, out var fanout));
            Assert.Equal([.. Head, .. Body], fanout.Message.ToArray());
            for (var i = 0; i < fanout.Count; i++)
                seen.Add(fanout[i]);
        }
        Assert.Equal(recipients, seen);
        Assert.Equal((count + LinkFrameWriter.RecipientsPerFrameMax - 1) / LinkFrameWriter.RecipientsPerFrameMax, link.Payloads.Count);
    }

    [Fact]
    public void A_count_beyond_the_payload_or_a_message_without_header_is_not_read()
    {
        var link = new FrameCatcher();
        link.SendFanout(5, [new Recipient(1, 2), new Recipient(3, 4)], Head, []);
        var whole = Assert.Single(link.Payloads);

        Assert.True(Fanout.TryRead(whole, out _));
        for (var length = 0; length < whole.Length; length++)
            Assert.False(Fanout.TryRead(whole.AsSpan(0, length), out _));
        Assert.False(Fanout.TryRead([0xff, 0xff, 0xff, 0xff, .. whole.AsSpan(4)], out _));
    }

    private sealed class FrameCatcher : ILink
    {
        public List<byte[]> Payloads { get; } = [];

        public LinkPeer Peer => throw new NotSupportedException();

        public int QueuedBytes => 0;

        public void Send(LinkKind kind, uint handle, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
        {
            Assert.Equal((LinkKind.Fanout, 5u), (kind, handle));
            Payloads.Add([.. head, .. body]);
        }

        public void Send<TPayload>(uint handle, in TPayload payload)
            where TPayload : ILinkPayload<TPayload> => throw new NotSupportedException();

        public Opaque Seal(ReadOnlySpan<byte> secret) => throw new NotSupportedException();

        public byte[]? Open(Opaque sealedSecret) => throw new NotSupportedException();

        public void PauseReading() => throw new NotSupportedException();

        public void ResumeReading() => throw new NotSupportedException();

        public void Close(Reason reason) => throw new NotSupportedException();
    }
}
