using System.Buffers.Binary;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Sametime.Contracts.Wire.Session;
using Sametime.Edge.Clients;
using Sametime.Tests.Kit.Clients;
using Xunit;

namespace Sametime.Tests.Unit.BadInput;

/// <summary>Bad Handshakes and Logins, and all else that comes before the login.</summary>
public sealed class BeforeLoginTests(ServerUnderAttack server) : BadInputTest(server)
{
    private const int LengthSize = Frame.LengthSize;

    [Fact]
    public async Task A_Handshake_cut_off_anywhere_is_a_protocol_error()
    {
        var message = RawClient.FrameOf(new Handshake { ClientHost = "x" })[LengthSize..];
        for (var length = 1; length < message.Length; length++)
        {
            var client = await ConnectAsync();
            await client.SendMessageAsync(message.AsSpan(0, length));
            Assert.Equal(Reason.ProtocolError, await client.EndReasonAsync());
        }
    }

    [Fact]
    public async Task A_Login_cut_off_anywhere_is_a_protocol_error()
    {
        var message = RawClient.FrameOf(new Login(ClientType.Meanwhile, "al", [1, 2], AuthType.Rc2DiffieHellman))[LengthSize..];

        // The last field may be absent as a whole.
        foreach (var length in Enumerable.Range(1, message.Length - 1).Where(length => length != message.Length - 2))
        {
            var client = await ShakeAsync();
            await client.SendMessageAsync(message.AsSpan(0, length));
            Assert.Equal(Reason.ProtocolError, await client.EndReasonAsync());
        }
    }

    [Fact]
    public async Task Bytes_left_over_in_a_Login_are_a_protocol_error()
    {
        var client = await ShakeAsync();
        await client.SendMessageAsync([.. RawClient.FrameOf(client.LoginOf("mallory", ServerUnderAttack.Password))[LengthSize..], 0]);
        Assert.Equal(Reason.ProtocolError, await client.EndReasonAsync());
    }

    [Theory]
    [InlineData(0xffff_ffffu)]
    [InlineData(0x7fff_ffffu)]
    [InlineData(1000u)]
    public async Task Auth_data_longer_than_its_frame_is_a_protocol_error(uint announced)
    {
        var message = RawClient.FrameOf(new Login(ClientType.Meanwhile, "al", [1, 2], AuthType.Token))[LengthSize..];
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(MessageHeader.Size + 2 + 2 + 2), announced);
        var client = await ShakeAsync();
        await client.SendMessageAsync(message);
        Assert.Equal(Reason.ProtocolError, await client.EndReasonAsync());
    }

    [Theory]
    [InlineData(MessageType.ChannelCreate)]
    [InlineData(MessageType.ChannelSend)]
    [InlineData(MessageType.ChannelAccept)]
    [InlineData(MessageType.OneTime)]
    [InlineData(MessageType.SetUserStatus)]
    [InlineData(MessageType.SetPrivacyList)]
    [InlineData(MessageType.SenseService)]
    [InlineData(MessageType.Announce)]
    [InlineData(MessageType.LoginAck)]
    [InlineData((MessageType)0x7777)]
    public async Task Whatever_needs_a_login_is_refused_without_one(MessageType type)
    {
        byte[] message = [(byte)((ushort)type >> 8), (byte)type, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4];
        foreach (var client in (RawClient[])[await ConnectAsync(), await ShakeAsync()])
        {
            await client.SendMessageAsync(message);
            Assert.Equal(Reason.NotLoggedIn, await client.EndReasonAsync());
        }
    }

    [Fact]
    public async Task A_second_Handshake_or_Login_ends_the_session()
    {
        var shaken = await ShakeAsync();
        await shaken.SendAsync(new Handshake());
        Assert.Equal(Reason.AlreadyInitialized, await shaken.EndReasonAsync());

        var twice = await LogInAsync();
        await twice.SendAsync(new Handshake());
        Assert.Equal(Reason.AlreadyInitialized, await twice.EndReasonAsync());

        var again = await LogInAsync();
        await again.SendAsync(again.LoginOf("mallory", ServerUnderAttack.Password));
        Assert.Equal(Reason.AlreadyInitialized, await again.EndReasonAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0x1d)]
    [InlineData(0x1f)]
    [InlineData(0xffff)]
    public async Task Another_major_version_is_refused(int major)
    {
        var client = await ConnectAsync();
        await client.SendAsync(new Handshake { Major = (ushort)major });
        Assert.Equal(Reason.VersionMismatch, await client.EndReasonAsync());
    }

    [Fact]
    public async Task A_wrong_name_and_a_wrong_password_get_the_same_bytes()
    {
        var wrongPassword = await ShakeAsync();
        await wrongPassword.SendAsync(wrongPassword.LoginOf("alice", "wrong"));
        var wrongName = await ShakeAsync();
        await wrongName.SendAsync(wrongName.LoginOf("nobody at all", "wrong"));

        var answer = await wrongPassword.ReadToEndAsync();
        Assert.Equal(RawClient.FrameOf(new ChannelDestroy(Reason.IncorrectLogin)), answer);
        Assert.Equal(answer, await wrongName.ReadToEndAsync());
    }

    [Theory]
    [InlineData(AuthType.Plain)]
    [InlineData(AuthType.Rc2Fixed40)]
    public async Task A_password_that_anybody_on_the_way_could_read_is_not_taken_outside_TLS(AuthType type)
    {
        var secret = type == AuthType.Plain ? AuthDataWriter.Plain(ServerUnderAttack.Password) : AuthDataWriter.Rc2Fixed40(ServerUnderAttack.Password);
        var client = await ShakeAsync();
        await client.SendAsync(new Login(ClientType.Meanwhile, "mallory", Opaque.Wrap(secret), type));
        Assert.Equal(Reason.EncryptionMismatch, await client.EndReasonAsync());
    }

    [Fact]
    public async Task A_login_name_that_is_no_text_is_bad_data()
    {
        var client = await ShakeAsync();
        var message = RawClient.FrameOf(client.LoginOf("mal", ServerUnderAttack.Password))[LengthSize..];
        message[MessageHeader.Size + 2 + 2] = 0xff;
        await client.SendMessageAsync(message);
        Assert.Equal(Reason.BadData, await client.EndReasonAsync());
    }

    [Theory]
    [InlineData(8 * 1024 + 1)]
    [InlineData(16 * 1024 * 1024 - 1)]
    public async Task A_frame_over_8_KiB_is_refused_by_its_length_alone(int announced)
    {
        var length = new byte[LengthSize];
        BinaryPrimitives.WriteInt32BigEndian(length, announced);
        var client = await ConnectAsync();
        await client.SendBytesAsync(length);
        Assert.Equal(Reason.MessageTooLarge, await client.EndReasonAsync());
    }

    [Fact]
    public async Task A_million_keep_alive_bytes_harm_nobody()
    {
        var client = await ShakeAsync();
        await client.SendBytesAsync(Enumerable.Repeat((byte)0x80, 1_000_000).ToArray());
        await client.SendAsync(client.LoginOf("mallory", ServerUnderAttack.Password));
        await client.ExpectAsync<LoginAck>();
        await StaysAsync(client);
    }

    [Fact]
    public async Task A_frame_that_trickles_in_is_closed()
    {
        var client = await ConnectAsync();
        await client.SendBytesAsync(new byte[] { 0, 0, 4, 0, 0, 0, 0 });
        await IsKeptAndThenClosedAsync(client, ClientState.New);
    }

    [Fact]
    public async Task While_a_thousand_handshakes_stand_half_open_honest_logins_succeed()
    {
        var before = await Server.EdgeAsync(static edge => edge.Counters.ClosedUnspoken);
        var halfOpen = new List<RawClient>();
        for (var i = 0; i < 1000; i++)
        {
            var client = await ConnectAsync();
            halfOpen.Add(client);
            if (i % 2 == 0)
                await client.SendBytesAsync(new byte[] { 0 });
        }
        for (var i = 0; i < 20; i++)
        {
            using var honest = await Server.LogInAsync("alice");
            await StaysAsync(honest);
        }

        // And not one of the others is kept.
        var ends = await Task.WhenAll(halfOpen.Select(static client => client.ReadToEndAsync()));
        Assert.Equal(1000, ends.Count(static end => end.Length == 0));
        Assert.Equal(1000, await Server.EdgeAsync(edge => edge.Counters.ClosedUnspoken) - before);
    }
}
