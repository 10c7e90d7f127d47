using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Session;
using Sametime.Tests.Kit.Ends;
using ProtocolType = Sametime.Contracts.Wire.ProtocolType;

namespace Sametime.Tests.Kit.Clients;

/// <summary>
/// A client of the community protocol on a real socket. It keeps every message until a test takes it; taking waits for the message
/// to come and gives up with an exception that says what came instead. It accepts no channel by itself.
/// </summary>
public sealed class CommunityClient : IAsyncDisposable
{
    private const ushort TextType = 0x0064;
    private const int FrameBytesMax = 1024 * 1024;

    // Long enough for a busy machine; a test that fails waits this long once.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // One pair for all, as libmeanwhile has one for all connections of a session.
    private static readonly KeyAgreement Keys = KeyAgreement.Create();

    private readonly Socket _socket;
    private readonly Lock _guard = new();
    private readonly LinkedList<ReceivedMessage> _waiting = [];
    private readonly Task _reading;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _lastChannel;
    private bool _isOver;

    private CommunityClient(Socket socket)
    {
        _socket = socket;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Set once it is let in.</summary>
    public LoginAck? Ack { get; private set; }

    public string LoginId => Ack!.Login.LoginId;

    public string UserId => Ack!.Login.UserId.Value;

    /// <summary>Keep-alive bytes that came.</summary>
    public int KeepAlives { get; private set; }

    /// <summary>True until the server has closed the connection.</summary>
    public bool IsConnected => !_isOver;

    /// <summary>Connects, perhaps from another address of this machine, and says nothing yet.</summary>
    public static async Task<CommunityClient> ConnectAsync(IPEndPoint server, IPAddress? from, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(server);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (from is not null)
                socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(server, stop);
            return new CommunityClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects and asks to be let in by password; an empty name is a guest.</summary>
    public static async Task<CommunityClient> LogInAsync(
        IPEndPoint server, string name, string password, CancellationToken stop, IPAddress? from = null)
    {
        var client = await ConnectAsync(server, from, stop);
        await client.SendLoginAsync(name, password, stop);
        await client.IsLetInAsync(stop);
        return client;
    }

    /// <summary>Handshake and Login; whether it is let in is for the caller to see.</summary>
    public async Task SendLoginAsync(string name, string password, CancellationToken stop)
    {
        await SendAsync(new Handshake { ClientType = ClientType.Meanwhile });
        var ack = await TakeAsync<HandshakeAck>(stop);
        var secret = AuthDataWriter.Rc2DiffieHellman(password, Keys, ack.Key.Span, ack.Magic);
        await SendAsync(new Login(ClientType.Meanwhile, name, Opaque.Wrap(secret), AuthType.Rc2DiffieHellman));
    }

    /// <summary>Handshake and Login with a token in the place of a password.</summary>
    public async Task SendTokenLoginAsync(string name, Opaque token, CancellationToken stop)
    {
        await SendAsync(new Handshake { ClientType = ClientType.Meanwhile });
        await TakeAsync<HandshakeAck>(stop);
        await SendAsync(new Login(ClientType.Meanwhile, name, token, AuthType.Token));
    }

    /// <summary>Waits to be let in after <see cref="SendLoginAsync"/>.</summary>
    public async Task IsLetInAsync(CancellationToken stop) => Ack = await TakeAsync<LoginAck>(stop);

    public Task SendAsync<T>(in T message, ChannelId channel = default)
        where T : IWireMessage<T>
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.Write(output, channel, message);
        return SendBytesAsync(output.WrittenMemory);
    }

    /// <summary>Sends a payload of a service on a channel.</summary>
    public Task SendPayloadAsync<T>(ChannelId channel, in T payload)
        where T : IPayload<T>
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.WriteSend(output, channel, payload);
        return SendBytesAsync(output.WrittenMemory);
    }

    /// <summary>Sends text as the data of a ChannelSend, with nothing around it.</summary>
    public Task SayAsync(ChannelId channel, string text) =>
        SendAsync(new ChannelSend(TextType, Opaque.Wrap(System.Text.Encoding.UTF8.GetBytes(text))), channel);

    /// <summary>Sends frames, or what is none, as they are.</summary>
    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes).AsTask().ForAsync("the server to take what is sent", CancellationToken.None, Patience)..];
    }

    /// <summary>Asks for a channel to a service, or to a user or login of a service.</summary>
    public async Task<ChannelId> CreateAsync(ServiceType service, ProtocolType protocol, uint version, string target = "", Opaque additionalData = default)
    {
        var channel = new ChannelId(++_lastChannel);
        await SendAsync(new ChannelCreate
        {
            Channel = channel, Target = new IdBlock(target), Service = service, Protocol = protocol, Version = version, AdditionalData = additionalData,
        });
        return channel;
    }

    /// <summary>Asks for a channel and waits until it is accepted.</summary>
    public async Task<ChannelId> OpenAsync(ServiceType service, ProtocolType protocol, uint version, CancellationToken stop)
    {
        var channel = await CreateAsync(service, protocol, version);
        await TakeAsync<ChannelAccept>(stop, channel);
        return channel;
    }

    /// <summary>Asks for an IM channel to a user or to a login.</summary>
    public Task<ChannelId> CreateImAsync(string target) => CreateAsync(
        ServiceTypes.InstantMessage, ProtocolTypes.InstantMessage, ProtocolVersions.InstantMessage, target, [0, 0, 0, 1, 0, 0, 0, 1]);

    /// <summary>Waits for the next offer of a channel and accepts it.</summary>
    public async Task<ChannelCreate> AcceptAsync(CancellationToken stop)
    {
        var offer = await TakeAsync<ChannelCreate>(stop);
        await SendAsync(new ChannelAccept { Service = offer.Service, Protocol = offer.Protocol, Version = offer.Version }, offer.Channel);
        return offer;
    }

    /// <summary>Opens a conversation with another client: its channel at either end.</summary>
    public async Task<(ChannelId Mine, ChannelId Theirs)> ConverseAsync(CommunityClient other, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(other);
        var mine = await CreateImAsync(other.LoginId);
        var theirs = (await other.AcceptAsync(stop)).Channel;
        await TakeAsync<ChannelAccept>(stop, mine);
        return (mine, theirs);
    }

    /// <summary>Waits for the next message of a type, on one channel or on any.</summary>
    public async Task<T> TakeAsync<T>(CancellationToken stop, ChannelId? channel = null)
        where T : IWireMessage<T>
    {
        var message = await TakeAsync(m => m.Type == T.Type && (channel is null || m.Channel == channel), T.Type.ToString(), stop);
        return message.Read<T>();
    }

    /// <summary>Waits for the next payload of a service on a channel.</summary>
    public async Task<T> TakePayloadAsync<T>(ChannelId channel, CancellationToken stop)
        where T : IPayload<T>
    {
        var message = await TakeAsync(
            m => m.Type == MessageType.ChannelSend && m.Channel == channel && m.Read<ChannelSend>().PayloadType == T.MessageType, typeof(T).Name, stop);
        var send = message.Read<ChannelSend>();
        var reader = new WireReader(send.Data.Span);
        return T.Read(ref reader);
    }

    /// <summary>Waits for what <see cref="SayAsync"/> has sent.</summary>
    public async Task<string> HearAsync(ChannelId channel, CancellationToken stop) =>
        System.Text.Encoding.UTF8.GetString((await TakeAsync<ChannelSend>(stop, channel)).Data.Span);

    /// <summary>Waits for the end of the connection; the reason that the server gave, or none.</summary>
    public async Task<Reason?> EndAsync(CancellationToken stop)
    {
        await _reading.ForAsync($"the end of the connection; there is: {string.Join(", ", Waiting())}", stop, Patience);
        lock (_guard)
            return _waiting.FirstOrDefault(static m => m.Type == MessageType.ChannelDestroy && m.Channel == ChannelId.Master)?.Read<ChannelDestroy>().Reason;
    }

    /// <summary>Everything that came and was not taken yet.</summary>
    public IReadOnlyList<ReceivedMessage> Waiting()
    {
        lock (_guard)
            return [.. _waiting];
    }

    public void Forget()
    {
        lock (_guard)
            _waiting.Clear();
    }

    /// <summary>
    /// What has come by the time the server has answered a question asked now: whatever it sent before is here then, as a
    /// connection keeps its order.
    /// </summary>
    public async Task<IReadOnlyList<ReceivedMessage>> AllSoFarAsync(CancellationToken stop)
    {
        var nobody = await CreateImAsync("nobody by this name");
        await TakeAsync<ChannelDestroy>(stop, nobody);
        return Waiting();
    }

    /// <summary>Says goodbye and waits until the server has closed.</summary>
    public async Task LogOutAsync(CancellationToken stop)
    {
        await SendAsync(new ChannelDestroy(Reason.Success));
        await EndAsync(stop);
    }

    /// <summary>The connection is gone without a word.</summary>
    public void Kill()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading.ForAsync("the end of what a closed client reads", CancellationToken.None, Patience);
    }

    private async Task<ReceivedMessage> TakeAsync(Func<ReceivedMessage, bool> isIt, string what, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        using var note = Waits.For($"{what} from the server");
        while (true)
        {
            Task changed;
            lock (_guard)
            {
                if (_waiting.FirstOrDefault(isIt) is { } found)
                {
                    // Nearly always the first, so neither search nor removal costs anything however many wait.
                    _waiting.Remove(found);
                    return found;
                }

                if (_isOver)
                    throw new IOException($"The connection ended before {what} came; there is: {string.Join(", ", _waiting)}.");
                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw new TimeoutException($"No {what} came; there is: {string.Join(", ", Waiting())}.");
            }
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        var held = 0;
        try
        {
            while (true)
            {
                var count = await _socket.ReceiveAsync(buffer.AsMemory(held));
                if (count == 0)
                    break;
                held += count;
                var used = Take(buffer.AsSpan(0, held));
                buffer.AsSpan(used, held - used).CopyTo(buffer);
                held -= used;
                if (held == buffer.Length)
                    Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // Reset by the server, or closed here; both are an end like any other.
        }

        lock (_guard)
        {
            _isOver = true;
            Pulse();
        }
    }

    private int Take(ReadOnlySpan<byte> bytes)
    {
        var used = 0;
        lock (_guard)
        {
            while (Frame.TryRead(bytes[used..], FrameBytesMax, out var consumed, out var kind, out var message))
            {
                used += consumed;
                if (kind == FrameKind.Filler)
                    KeepAlives += consumed;
                else if (kind == FrameKind.Message)
                    _waiting.AddLast(ReceivedMessage.Of(message));
            }

            Pulse();
        }

        return used;
    }

    private void Pulse()
    {
        _changed.TrySetResult();
        if (!_isOver)
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
