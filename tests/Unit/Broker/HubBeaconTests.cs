using System.Buffers;
using Sametime.Broker.Links;
using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Broker;

public sealed class HubBeaconTests
{
    private static readonly HubBeacon Whole = new(Incarnation: 7, Process: 0x0102_0304_0506_0708, IsLeaving: true, Name: "hub-1");

    [Fact]
    public void What_a_hub_says_of_itself_is_heard_and_a_part_of_it_is_not()
    {
        var bytes = BytesOf(Whole);

        Assert.Equal(Whole, HubBeacon.Read(bytes));
        for (var length = 0; length < bytes.Length; length++)
            Assert.Null(HubBeacon.Read(bytes.AsSpan(0, length)));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(LinkLimits.NameBytesMax, true)]
    [InlineData(LinkLimits.NameBytesMax + 1, false)]
    public void A_hub_has_a_name_and_no_longer_one_than_may_be(int length, bool isHeard) =>
        Assert.Equal(isHeard, HubBeacon.Read(BytesOf(Whole with { Name = new string('n', length) })) is not null);

    private static byte[] BytesOf(HubBeacon beacon)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(bytes);
        beacon.Write(ref writer);
        writer.Complete();
        return bytes.WrittenSpan.ToArray();
    }
}
