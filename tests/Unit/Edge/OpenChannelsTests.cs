using Sametime.Contracts.Wire;
using Sametime.Edge.Clients;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>The channels of a connection, as its messages tell of them, also of those whose header has attributes.</summary>
public sealed class OpenChannelsTests
{
    private static readonly byte[] Plain = TestClient.CreateOf(0x8000_0005);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void The_new_channel_stands_behind_the_attributes(int attributes)
    {
        var message = WithAttributes(attributes);
        Assert.True(OpenChannels.TryReadCreated(message, out var channel));
        Assert.Equal(0x8000_0005, channel);

        // To the byte: the channel is the last thing that is looked at.
        var until = MessageHeader.Size + 4 + attributes + 8;
        Assert.True(OpenChannels.TryReadCreated(message.AsSpan(..until), out channel));
        Assert.Equal(0x8000_0005, channel);
        for (var length = MessageHeader.Size; length < until; length++)
        {
            Assert.False(OpenChannels.TryReadCreated(message.AsSpan(..length), out channel));
            Assert.Equal(0u, channel);
        }
    }

    [Fact]
    public void Without_attributes_it_stands_behind_the_header()
    {
        Assert.True(OpenChannels.TryReadCreated(Plain.AsSpan(..16), out var channel));
        Assert.Equal(0x8000_0005, channel);
        Assert.False(OpenChannels.TryReadCreated(Plain.AsSpan(..15), out channel));
        Assert.Equal(0u, channel);
    }

    [Theory]
    [InlineData(0x0000_0100u)]
    [InlineData(0x7fff_ffffu)]
    [InlineData(0x8000_0000u)]
    [InlineData(0xffff_ffffu)]
    public void Attributes_longer_than_the_message_are_no_way_out_of_it(uint length)
    {
        var message = WithAttributes(4);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(MessageHeader.Size), length);
        Assert.False(OpenChannels.TryReadCreated(message, out _));
    }

    [Fact]
    public void A_number_of_the_servers_half_is_refused_at_the_Edge_also_behind_attributes()
    {
        using var world = new EdgeWorld();
        var client = world.LogIn();
        client.SayFrame(WithAttributes(4));
        var refusal = Assert.Single(client.Messages());
        Assert.Equal((MessageType.ChannelDestroy, new ChannelId(0x8000_0005)), (TestClient.TypeOf(refusal), TestClient.ChannelOf(refusal)));
        Assert.Empty(world.Hub.MessagesOf(client.Handle));
    }

    [Fact]
    public void Each_is_listed_once_until_it_is_over_and_there_is_a_bound()
    {
        var channels = default(OpenChannels);
        for (var channel = 1u; channel <= 600; channel++)
        {
            channels.See(TestClient.CreateOf(channel));
            channels.See(TestClient.CreateOf(channel));
            Assert.Equal((int)Math.Min(channel, 500), channels.Count);
        }

        channels.See(TestClient.MessageOf(MessageType.ChannelDestroy, 7, 8));
        channels.See(TestClient.MessageOf(MessageType.ChannelDestroy, 7, 8));
        channels.See(TestClient.MessageOf(MessageType.ChannelSend, 8, 8));
        Assert.Equal((499, false, true), (channels.Count, channels.Ids.Contains(7u), channels.Ids.Contains(8u)));
        channels.See(TestClient.CreateOf(700));
        Assert.Equal((500, true), (channels.Count, channels.Ids.Contains(700u)));
    }

    private static byte[] WithAttributes(int length)
    {
        byte[] message = [.. Plain[..MessageHeader.Size], 0, 0, 0, (byte)length, .. Enumerable.Repeat((byte)0xab, length), .. Plain[MessageHeader.Size..]];
        message[2] |= 0x80;
        return message;
    }
}
