using System.Net;
using Sametime.Edge.Listeners;
using Sametime.Tests.Kit.Clients;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>The PROXY header of version 2, from balancers that mean well and from others.</summary>
public sealed class ProxyHeaderTests
{
    private const int BytesMax = 2_048;
    private static readonly IPEndPoint Server = new(IPAddress.Parse("198.51.100.1"), 1533);

    [Theory]
    [InlineData("203.0.113.9")]
    [InlineData("2001:db8::9")]
    public void The_clients_address_is_read_and_what_follows_is_left(string address)
    {
        var client = new IPEndPoint(IPAddress.Parse(address), 50_000);
        byte[] header = Balancer.HeaderFor(client, client);
        Assert.Equal(ProxyHeaderState.Read, Read([.. header, 0, 0, 0, 12], out var used, out var read));
        Assert.Equal((header.Length, client.Address), (used, read.Source));
    }

    [Fact]
    public void Values_after_the_addresses_are_passed_over()
    {
        var header = Balancer.HeaderFor(new IPEndPoint(IPAddress.Parse("203.0.113.9"), 50_000), Server, 0x20, 0x00, 0x03, 1, 2, 3);
        Assert.Equal(ProxyHeaderState.Read, Read(header, out var used, out var read));
        Assert.Equal((header.Length, "203.0.113.9"), (used, read.Source!.ToString()));
    }

    [Fact]
    public void A_balancer_that_speaks_for_itself_is_no_client()
    {
        Assert.Equal(ProxyHeaderState.Read, Read(Balancer.HeaderFor(null, Server), out _, out var read));
        Assert.Null(read.Source);
        Assert.Equal(ProxyHeaderState.Read, Read(Balancer.HeaderFor(null, Server, 9, 9, 9, 9), out var used, out _));
        Assert.Equal(20, used);
    }

    // Balancers that check by themselves say addresses of their own, in any family or in part.
    [Theory]
    [InlineData(0x11, 12)]
    [InlineData(0x21, 36)]
    [InlineData(0x12, 12)]
    [InlineData(0x31, 216)]
    [InlineData(0x11, 11)]
    [InlineData(0x11, 3)]
    [InlineData(0x21, 15)]
    [InlineData(0x11, 0)]
    public void Addresses_of_a_balancer_that_speaks_for_itself_are_passed_over(int family, int bytes)
    {
        var header = Changed(Balancer.HeaderFor(null, Server, Enumerable.Repeat((byte)7, bytes).ToArray()), 13, (byte)family);
        Assert.Equal(ProxyHeaderState.Read, Read([.. header, 0, 0, 0, 12], out var used, out var read));
        Assert.Equal(header.Length, used);
        Assert.Null(read.Source);
    }

    [Theory]
    [InlineData(BytesMax, true)]
    [InlineData(BytesMax + 1, false)]
    public void A_header_of_the_longest_size_is_taken_and_one_byte_more_is_not(int bytes, bool isTaken)
    {
        var client = new IPEndPoint(IPAddress.Parse("203.0.113.9"), 50_000);
        var header = Balancer.HeaderFor(client, Server, new byte[bytes - Balancer.HeaderFor(client, Server).Length]);
        Assert.Equal(isTaken ? ProxyHeaderState.Read : ProxyHeaderState.Bad, Read(header, out var used, out _));
        Assert.Equal(isTaken ? bytes : 0, used);
        Assert.Equal(isTaken ? ProxyHeaderState.Incomplete : ProxyHeaderState.Bad, Read(header.AsSpan(..^1), out _, out _));
    }

    [Theory]
    [InlineData("203.0.113.9", 12)]
    [InlineData("2001:db8::9", 36)]
    public void The_addresses_may_fill_the_header_and_not_be_one_byte_short(string address, byte bytes)
    {
        var client = new IPEndPoint(IPAddress.Parse(address), 50_000);
        var header = Balancer.HeaderFor(client, client);
        Assert.Equal((16 + bytes, bytes), (header.Length, header[15]));
        Assert.Equal(ProxyHeaderState.Read, Read(header, out _, out _));
        Assert.Equal(ProxyHeaderState.Bad, Read(Changed(header, 15, (byte)(bytes - 1)), out _, out _));
    }

    [Fact]
    public void A_client_of_an_unspecified_family_goes_by_the_address_of_its_connection()
    {
        var header = Changed(Balancer.HeaderFor(null, Server), 12, 0x21);
        Assert.Equal(ProxyHeaderState.Read, Read(header, out _, out var read));
        Assert.Null(read.Source);
    }

    [Fact]
    public void Every_part_of_a_header_waits_for_the_rest()
    {
        var header = Balancer.HeaderFor(new IPEndPoint(IPAddress.Parse("203.0.113.9"), 50_000), Server, 1, 2, 3);
        for (var length = 0; length < header.Length; length++)
            Assert.Equal(ProxyHeaderState.Incomplete, Read(header.AsSpan(0, length), out _, out _));
    }

    [Fact]
    public void What_differs_from_the_signature_anywhere_is_no_header()
    {
        var header = Balancer.HeaderFor(new IPEndPoint(IPAddress.Parse("203.0.113.9"), 50_000), Server);
        for (var at = 0; at < 12; at++)
            Assert.Equal(ProxyHeaderState.Absent, Read(Changed(header, at, (byte)(header[at] ^ 1)).AsSpan(0, at + 1), out _, out _));
        Assert.Equal(ProxyHeaderState.Absent, Read("PROXY TCP4 203.0.113.9 198.51.100.1 1 2\r\n"u8, out _, out _));
    }

    [Theory]
    [InlineData(12, 0x11)] // version 1 in the binary form
    [InlineData(12, 0x31)] // a version nobody knows
    [InlineData(12, 0x22)] // a command nobody knows
    [InlineData(13, 0x12)] // datagrams
    [InlineData(13, 0x31)] // a Unix socket
    [InlineData(13, 0x21)] // IPv6 with the room of IPv4
    [InlineData(15, 0x0b)] // one byte short of the addresses
    [InlineData(14, 0x40)] // longer than is taken
    public void A_header_that_breaks_the_rules_is_refused_before_more_is_waited_for(int at, byte value)
    {
        var header = Balancer.HeaderFor(new IPEndPoint(IPAddress.Parse("203.0.113.9"), 50_000), Server);
        Assert.Equal(ProxyHeaderState.Bad, Read(Changed(header, at, value).AsSpan(0, 16), out _, out _));
    }

    [Fact]
    public void No_bytes_make_it_fail()
    {
        var random = new Random(92);
        var header = Balancer.HeaderFor(new IPEndPoint(IPAddress.Parse("203.0.113.9"), 50_000), Server, 1, 2, 3);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = header[..random.Next(header.Length + 1)];
            for (var changes = random.Next(4); changes > 0 && bytes.Length > 12; changes--)
                bytes[random.Next(12, bytes.Length)] = (byte)random.Next(256);
            var state = Read(bytes, out var used, out _);
            Assert.True(state == ProxyHeaderState.Read ? used <= bytes.Length : used == 0);
        }
    }

    private static ProxyHeaderState Read(ReadOnlySpan<byte> bytes, out int used, out ProxyHeader header) =>
        ProxyHeader.TryRead(bytes, BytesMax, out used, out header);

    private static byte[] Changed(byte[] bytes, int at, byte value)
    {
        byte[] copy = [.. bytes];
        copy[at] = value;
        return copy;
    }
}
