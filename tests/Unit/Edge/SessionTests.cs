using System.Net;
using System.Text;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Session;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>Handshake and login at the Edge, and what is out of turn.</summary>
public sealed class SessionTests : IDisposable
{
    private readonly EdgeWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void A_handshake_is_answered_with_a_whole_key_and_the_address_seen()
    {
        var client = _world.Connect("192.0.2.7");
        client.Handshake();

        var ack = Assert.IsType<HandshakeAck>(client.Ack);
        Assert.Equal((0x001e, 0x001d), (ack.Major, ack.Minor));
        Assert.Equal(0xc000_0207u, ack.ClientAddress);
        Assert.Equal(64, ack.Key.Length);
    }

    [Theory]
    [InlineData("192.0.2.7", 0xc000_0207u)]
    [InlineData("::ffff:192.0.2.7", 0xc000_0207u)]
    [InlineData("2001:db8::7", 0u)] // the wire has no room for it
    [InlineData(null, 0u)]
    public void The_address_seen_is_told_in_the_form_that_the_wire_has(string? address, uint told)
    {
        var client = _world.Connect(address);
        client.Handshake();
        Assert.Equal(told, client.Ack!.ClientAddress);
    }

    [Fact]
    public void A_mapped_address_reaches_the_hub_as_what_it_is()
    {
        var client = _world.Connect("::ffff:192.0.2.9");
        client.Handshake();
        client.Login("alice", "secret");
        Assert.Equal([192, 0, 2, 9], _world.Hub.LastAttach().Attach.Address.Span.ToArray());
    }

    [Fact]
    public void Every_connection_gets_a_key_and_a_magic_of_its_own()
    {
        var first = _world.Connect();
        var second = _world.Connect();
        first.Handshake();
        second.Handshake();

        Assert.NotEqual(first.Ack!.Key, second.Ack!.Key);
        Assert.NotEqual(first.Ack.Magic, second.Ack.Magic);
    }

    [Theory]
    [InlineData(0x196f, 0x001d)]
    [InlineData(0x001d, 0x001d)]
    [InlineData(0x0018, 0x0018)]
    public void The_smaller_minor_version_is_spoken(int theirs, int spoken)
    {
        var client = _world.Connect();
        client.Handshake(new Handshake { Minor = (ushort)theirs });
        Assert.Equal(spoken, client.Ack!.Minor);
    }

    [Fact]
    public void Another_major_version_is_refused()
    {
        var client = _world.Connect();
        client.Say(TestClient.FrameOf(new Handshake { Major = 0x001f }));
        Assert.Equal(Reason.VersionMismatch, client.EndReason());
    }

    [Fact]
    public void A_login_reaches_the_hub_with_its_secret_opened_and_sealed_for_the_link()
    {
        var client = _world.Connect("192.0.2.9");
        client.Handshake();
        client.Login("alice", "correct horse");

        var attach = _world.Hub.LastAttach().Attach;
        Assert.Equal("alice", attach.LoginName);
        Assert.Equal("correct horse", Encoding.UTF8.GetString(_world.Hub.Open(attach.SealedCredential)!));
        Assert.Equal((CredentialKind.Password, AuthType.Rc2DiffieHellman), (attach.CredentialKind, attach.AuthType));
        Assert.Equal((ClientType.Meanwhile, (ushort)0x001d, TransportSecurity.None), (attach.ClientType, attach.ProtocolMinor, attach.Security));
        Assert.Equal(IPAddress.Parse("192.0.2.9"), new IPAddress(attach.Address.Span));
        Assert.Equal("edge-1", Assert.Single(attach.Edges.Span.ToArray()));
    }

    [Fact]
    public void Handshake_and_login_may_come_in_pieces_of_one_byte()
    {
        var client = _world.Connect();
        foreach (var b in TestClient.FrameOf(new Handshake()))
            client.Say([b]);
        var ack = TestClient.Read<HandshakeAck>(Assert.Single(client.Messages()));
        var login = new Login(ClientType.Meanwhile, "alice",
            Opaque.Wrap(AuthDataWriter.Rc2DiffieHellman("pw", KeyAgreement.Create(), ack.Key.Span, ack.Magic)), AuthType.Rc2DiffieHellman);
        foreach (var b in TestClient.FrameOf(login))
            client.Say([b]);
        Assert.Equal("alice", _world.Hub.LastAttach().Attach.LoginName);
    }

    [Fact]
    public void A_handshake_split_at_any_byte_reads_the_same()
    {
        var frame = TestClient.FrameOf(new Handshake { ClientHost = "host" });
        for (var split = 1; split < frame.Length; split++)
        {
            var client = _world.Connect();
            client.Say(frame.AsSpan(..split));
            Assert.True(client.Wire.Sent.IsEmpty);
            client.Say(frame.AsSpan(split..));
            Assert.Equal(MessageType.HandshakeAck, TestClient.TypeOf(Assert.Single(client.Messages())));
        }
    }

    [Fact]
    public void A_secret_that_cannot_be_opened_goes_to_the_hub_as_a_password_nobody_has()
    {
        var client = _world.Connect();
        client.Handshake();
        client.Say(TestClient.FrameOf(client.LoginOf("alice", "pw") with { AuthData = [1, 2, 3] }));

        var attach = _world.Hub.LastAttach().Attach;
        Assert.Equal(32, _world.Hub.Open(attach.SealedCredential)!.Length);
        Assert.Equal(CredentialKind.Password, attach.CredentialKind);
        Assert.True(client.Wire.Sent.IsEmpty);
        Assert.False(client.Wire.IsClosed);
    }

    [Fact]
    public void No_two_logins_have_the_same_number_of_their_attempt_nor_the_same_password_that_nobody_has()
    {
        var seen = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var client = _world.Connect();
            client.Handshake();
            client.Say(TestClient.FrameOf(client.LoginOf("alice", "pw") with { AuthData = [1, 2, 3] }));
            var attach = _world.Hub.LastAttach().Attach;
            Assert.Equal(Attach.AttemptBytes, attach.Attempt.Length);
            seen.Add(Convert.ToHexString(attach.Attempt.Span));
            seen.Add(Convert.ToHexString(_world.Hub.Open(attach.SealedCredential)!));
        }

        Assert.Distinct(seen);
    }

    [Theory]
    [InlineData(AuthType.Plain, Reason.EncryptionMismatch)]
    [InlineData(AuthType.Rc2Fixed40, Reason.EncryptionMismatch)]
    [InlineData((AuthType)9, Reason.EncryptionNotSupported)]
    public void Weak_and_unknown_auth_types_are_refused_outside_TLS(AuthType type, Reason reason)
    {
        var client = _world.Connect();
        client.Handshake();
        client.Say(TestClient.FrameOf(new Login(ClientType.Meanwhile, "alice", [1, 2], type)));
        Assert.Equal(reason, client.EndReason());
        Assert.Empty(_world.Hub.Frames);
    }

    [Fact]
    public void A_plain_password_is_taken_inside_TLS()
    {
        var client = _world.Connect(isPrivate: true);
        client.Handshake();
        client.Say(TestClient.FrameOf(new Login(ClientType.Meanwhile, "alice", Opaque.Wrap(AuthDataWriter.Plain("pw")), AuthType.Plain)));
        Assert.Equal("pw", Encoding.UTF8.GetString(_world.Hub.Open(_world.Hub.LastAttach().Attach.SealedCredential)!));
        Assert.Equal(TransportSecurity.Tls, _world.Hub.LastAttach().Attach.Security);
    }

    [Fact]
    public void The_hubs_refusal_reaches_the_client_and_the_handle_is_given_back()
    {
        var client = _world.Connect();
        client.Handshake();
        client.Login("alice", "wrong");
        var handle = _world.Hub.LastAttach().Handle;
        _world.Loop.Run(() => _world.Hub.Say(handle, new Detach(Reason.IncorrectLogin)));

        Assert.Equal(Reason.IncorrectLogin, client.EndReason());
        Assert.Equal((handle, Reason.IncorrectLogin), Assert.Single(_world.Hub.Detaches()));
        Assert.Equal(handle, _world.LogIn().Handle);
    }

    [Fact]
    public void Without_a_hub_a_login_is_told_that_the_server_does_not_respond()
    {
        _world.Loop.Run(_world.Hub.Lose);
        var client = _world.Connect();
        client.Handshake();
        client.Login("alice", "pw");
        Assert.Equal(Reason.ServerNotResponding, client.EndReason());
    }

    [Fact]
    public void A_hub_that_does_not_decide_in_20_seconds_is_given_up()
    {
        var client = _world.Connect();
        client.Handshake();
        client.Login("alice", "pw");
        _world.Pass(18);
        Assert.False(client.Wire.IsClosed);
        _world.Pass(3);
        Assert.Equal(Reason.ServerNotResponding, client.EndReason());
        Assert.Equal(Reason.ServerNotResponding, Assert.Single(_world.Hub.Detaches()).Reason);
    }

    [Theory]
    [InlineData(MessageType.ChannelCreate)]
    [InlineData(MessageType.ChannelSend)]
    [InlineData(MessageType.SetUserStatus)]
    [InlineData(MessageType.HandshakeAck)]
    [InlineData((MessageType)0x7777)]
    public void Before_login_nothing_else_is_taken(MessageType type)
    {
        foreach (var state in Enum.GetValues<Before>())
        {
            var client = ClientIn(state);
            client.SayFrame(TestClient.MessageOf(type, channel: 1, bodyBytes: 40));
            Assert.Equal(Reason.NotLoggedIn, client.EndReason());
        }
    }

    [Theory]
    [InlineData(Before.Shaken, MessageType.Handshake, Reason.AlreadyInitialized)]
    [InlineData(Before.LoggingIn, MessageType.Handshake, Reason.AlreadyInitialized)]
    [InlineData(Before.LoggingIn, MessageType.Login, Reason.AlreadyInitialized)]
    [InlineData(Before.New, MessageType.Login, Reason.ProtocolError)]
    [InlineData(Before.Shaken, MessageType.LoginContinue, Reason.ProtocolError)]
    public void Session_messages_out_of_turn_end_the_session(Before state, MessageType type, Reason reason)
    {
        var client = ClientIn(state);
        client.SayFrame(TestClient.MessageOf(type, bodyBytes: 40));
        Assert.Equal(reason, client.EndReason());
    }

    [Theory]
    [InlineData(MessageType.Handshake)]
    [InlineData(MessageType.Login)]
    public void A_second_handshake_or_login_ends_a_login(MessageType type)
    {
        var client = _world.LogIn();
        client.SayFrame(TestClient.MessageOf(type, bodyBytes: 40));
        Assert.Equal(Reason.AlreadyInitialized, client.EndReason());
        Assert.Equal((client.Handle, Reason.AlreadyInitialized), Assert.Single(_world.Hub.Detaches()));
    }

    [Fact]
    public void The_unknown_message_of_official_clients_is_ignored_always()
    {
        foreach (var state in Enum.GetValues<Before>())
        {
            var client = ClientIn(state);
            client.SayFrame(TestClient.MessageOf(MessageType.HandshakeSyn, bodyBytes: 4));
            Assert.True(client.Wire.Sent.IsEmpty);
            Assert.False(client.Wire.IsClosed);
        }
    }

    [Fact]
    public void A_login_cut_off_anywhere_or_too_long_is_a_protocol_error()
    {
        var client = _world.Connect();
        client.Handshake();
        var whole = TestClient.FrameOf(client.LoginOf("alice", "pw"))[Frame.LengthSize..];

        // Without its last two bytes it is the older form, which ends before the unknown field.
        for (var length = MessageHeader.Size; length < whole.Length - 2; length++)
            Assert.Equal(Reason.ProtocolError, EndOf(whole[..length], length));
        Assert.Equal(Reason.ProtocolError, EndOf([.. whole, 0], whole.Length));

        Reason EndOf(byte[] message, int number)
        {
            var one = _world.Connect($"192.0.2.{number % 250}");
            one.Handshake();
            one.SayFrame(message);
            return one.EndReason();
        }
    }

    [Fact]
    public void A_handshake_cut_off_anywhere_is_a_protocol_error()
    {
        var whole = TestClient.FrameOf(new Handshake { ClientHost = "h" })[Frame.LengthSize..];
        for (var length = 1; length < whole.Length; length++)
        {
            var client = _world.Connect();
            client.SayFrame(whole.AsSpan(..length));
            Assert.Equal(Reason.ProtocolError, client.EndReason());
        }
    }

    [Fact]
    public void A_longer_handshake_of_a_newer_client_is_taken()
    {
        var client = _world.Connect();
        client.SayFrame([.. TestClient.FrameOf(new Handshake())[Frame.LengthSize..], 1, 2, 3, 4]);
        Assert.Equal(MessageType.HandshakeAck, TestClient.TypeOf(Assert.Single(client.Messages())));
    }

    [Theory]
    [InlineData(Before.New)]
    [InlineData(Before.Shaken)]
    [InlineData(Before.LoggingIn)]
    public void A_client_may_leave_before_it_is_in(Before state)
    {
        var client = ClientIn(state);
        client.Say(TestClient.FrameOf(new ChannelDestroy(Reason.Success)));
        Assert.True(client.Wire.IsClosed);
        Assert.True(client.Wire.Sent.IsEmpty);
        Assert.Equal(state == Before.LoggingIn ? [(_world.Hub.LastAttach().Handle, Reason.Success)] : [], _world.Hub.Detaches());
    }

    public enum Before
    {
        New,
        Shaken,
        LoggingIn,
    }

    private TestClient ClientIn(Before state)
    {
        var client = _world.Connect();
        if (state >= Before.Shaken)
            client.Handshake();
        if (state == Before.LoggingIn)
            client.Login("alice", "pw");
        client.Wire.ForgetSent();
        return client;
    }
}
