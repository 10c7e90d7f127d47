using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.Tcp;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Session;
using Sametime.Edge;
using Sametime.Edge.Limits;
using Sametime.Edge.Links;
using Sametime.Edge.Listeners;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>The community port with real sockets and real TLS.</summary>
public sealed class SocketTests : IAsyncDisposable
{
    private readonly List<Exception> _errors = [];
    private readonly HubEnd _hub = new();
    private readonly EventLoop _loop;
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-tests").FullName;
    private readonly EdgeServer _edge;

    public SocketTests()
    {
        _loop = new EventLoop("edge under test", _errors.Add);
        _edge = new EdgeServer(
            _loop, new EdgeOptions { Port = 0, DataFolder = _folder }, new LimitsOptions { CloseLinger = TimeSpan.FromMilliseconds(200) },
            [new Upstream("hub-1", _hub)], EdgeWorld.AnywherePolicy, NullLogger<EdgeServer>.Instance);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync().ForAsync(CancellationToken.None);
        _loop.Dispose();
        Directory.Delete(_folder, recursive: true);
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task A_thousand_clients_are_logged_in_over_one_link()
    {
        const int Clients = 1000;
        await _edge.StartAsync().ForAsync(Stop);
        var sockets = new List<TcpClient>();
        for (var i = 0; i < Clients; i++)
        {
            var (client, stream) = await ConnectAsync();
            sockets.Add(client);
            await ShakeAsync(stream);
            await SayAsync(stream, new Login(ClientType.Meanwhile, $"user{i}", [1], AuthType.Token));
        }
        await AcceptAllAsync(Clients);

        var status = await _edge.StatusAsync().ForAsync(Stop);
        Assert.Equal((Clients, Clients), (status.Connections, status.LoggedIn));
        Assert.Equal("hub-1", status.Upstream);
        Assert.Equal(Clients, _hub.Frames.Where(static f => f.Kind == LinkKind.Attach).Select(static f => f.Handle).Distinct().Count());
        sockets.ForEach(static s => s.Dispose());
    }

    [Fact]
    public async Task A_client_inside_TLS_logs_in_with_a_plain_password_and_exchanges_messages()
    {
        await _edge.StartAsync().ForAsync(Stop);
        var (client, stream) = await ConnectTlsAsync();
        using var _ = client;
        await ShakeAsync(stream);
        await SayAsync(stream, new Login(ClientType.Meanwhile, "alice", Opaque.Wrap(AuthDataWriter.Plain("pw")), AuthType.Plain));
        await AcceptAllAsync(1);
        Assert.Equal(TransportSecurity.Tls, _hub.LastAttach().Attach.Security);

        var large = TestClient.MessageOf(MessageType.ChannelSend, 1, 100_000, 0x5a);
        await _loop.AskAsync(() => _hub.Say(LinkKind.Message, _hub.LastAttach().Handle, large));
        Assert.Equal(large, await ReadMessageAsync(stream));

        await stream.WriteAsync(TestClient.FrameOf(large), Stop).ForAsync(Stop);
        await _loop.UntilAsync(() => _hub.MessagesOf(_hub.LastAttach().Handle).Any(), Stop);
        Assert.Equal(large, _hub.MessagesOf(_hub.LastAttach().Handle).Single());

        await _loop.AskAsync(() => _hub.Say(_hub.LastAttach().Handle, new Detach(Reason.Removed)));
        Assert.Equal(Reason.Removed, TestClient.Read<ChannelDestroy>(await ReadMessageAsync(stream)).Reason);
        Assert.Equal(0, await ReadOneAsync(stream));
    }

    [Fact]
    public async Task TLS_inside_TLS_is_closed_without_a_reply()
    {
        await _edge.StartAsync().ForAsync(Stop);
        var (client, stream) = await ConnectTlsAsync();
        using var _ = client;
        await stream.WriteAsync(new byte[] { 0x16, 3, 1 }, Stop).ForAsync(Stop);
        Assert.Equal(0, await ReadOneAsync(stream));
    }

    [Fact]
    public async Task A_refused_client_reads_the_reason_and_then_the_end_of_the_stream()
    {
        await _edge.StartAsync().ForAsync(Stop);
        var (client, stream) = await ConnectAsync();
        using var _ = client;
        await SayAsync(stream, new Handshake { Major = 9 });
        Assert.Equal(Reason.VersionMismatch, TestClient.Read<ChannelDestroy>(await ReadMessageAsync(stream)).Reason);
        Assert.Equal(0, await ReadOneAsync(stream));
    }

    [Fact]
    public async Task The_self_made_certificate_is_kept_for_the_next_start_and_read_by_its_owner_only()
    {
        await _edge.StartAsync().ForAsync(Stop);
        var file = Assert.Single(Directory.GetFiles(_folder));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        var again = new EdgeServer(
            _loop, new EdgeOptions { DataFolder = _folder }, new LimitsOptions(), [new Upstream("hub-1", new HubEnd())], EdgeWorld.AnywherePolicy,
            NullLogger<EdgeServer>.Instance);
        Assert.Equal(_edge.CertificateFingerprint, again.CertificateFingerprint);
        await again.DisposeAsync().ForAsync(Stop);
    }

    [Fact]
    public async Task The_sockets_of_clients_are_set_up_as_the_settings_say()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has the setting that can be read back.");
        var timeout = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var listener = await _loop.AskAsync(() => new CommunityListener(
            _loop, new EdgeOptions { Port = 0 }, new TcpOptions { UserTimeout = TimeSpan.FromSeconds(7) }, (_, socket) =>
            {
                timeout.SetResult(UserTimeoutOf(socket));
                socket.Dispose();
            }));
        using var client = new TcpClient();
        await client.ConnectAsync(listener.LocalEndPoint, Stop).ForAsync(Stop);
        Assert.Equal(7000, await timeout.Task.ForAsync(Stop));
        await _loop.AskAsync(() => listener.Dispose());

        static int UserTimeoutOf(Socket socket)
        {
            const int UserTimeout = 18; // TCP_USER_TIMEOUT
            Span<byte> milliseconds = stackalloc byte[sizeof(int)];
            Assert.Equal(sizeof(int), socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, UserTimeout, milliseconds));
            return BitConverter.ToInt32(milliseconds);
        }
    }

    private async Task<(TcpClient Client, Stream Stream)> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _edge.Port, Stop).ForAsync(Stop);
        return (client, client.GetStream());
    }

    private async Task<(TcpClient Client, Stream Stream)> ConnectTlsAsync()
    {
        var (client, stream) = await ConnectAsync();
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    certificate!.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256) == _edge.CertificateFingerprint,
            },
            Stop).ForAsync("the TLS handshake", Stop);
        return (client, tls);
    }

    private static async Task ShakeAsync(Stream stream)
    {
        await SayAsync(stream, new Handshake());
        Assert.Equal(MessageType.HandshakeAck, TestClient.TypeOf(await ReadMessageAsync(stream)));
    }

    private static async Task SayAsync<T>(Stream stream, T message)
        where T : IWireMessage<T> => await stream.WriteAsync(TestClient.FrameOf(message), Stop).ForAsync(Stop);

    private static Task<int> ReadOneAsync(Stream stream) => stream.ReadAsync(new byte[1], Stop).ForAsync("the end of the stream", Stop);

    private static async Task<byte[]> ReadMessageAsync(Stream stream)
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length, Stop).ForAsync("a message of the Edge", Stop);
        var message = new byte[System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(message, Stop).ForAsync("the rest of a message of the Edge", Stop);
        return message;
    }

    private async Task AcceptAllAsync(int count)
    {
        await _loop.UntilAsync(() => _hub.Frames.Count(static f => f.Kind == LinkKind.Attach) == count, Stop);
        await _loop.AskAsync(() =>
        {
            foreach (var (_, handle, _) in _hub.Frames.Where(static f => f.Kind == LinkKind.Attach).ToArray())
                _hub.AcceptLogin(handle, handle);
        });
    }
}
