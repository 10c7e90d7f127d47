using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Session;
using Sametime.Tests.Kit.Ends;

namespace Sametime.Tests.Kit.Clients;

/// <summary>
/// A client on a real socket that says exactly what the test wants, well formed or not. It waits for answers, never for a while;
/// an answer that does not come within <see cref="Patience"/> is an exception.
/// </summary>
public sealed class RawClient : IDisposable
{
    /// <summary>Far more than any answer takes on a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpClient _socket;
    private readonly CancellationToken _stop;
    private Stream _stream;

    private RawClient(TcpClient socket, CancellationToken stop)
    {
        (_socket, _stop) = (socket, stop);
        _stream = socket.GetStream();
    }

    public HandshakeAck? Ack { get; private set; }

    /// <summary>Who the server says this client is, once logged in.</summary>
    public LoginInfo? Info { get; private set; }

    public static async Task<RawClient> ConnectAsync(IPEndPoint server, CancellationToken stop, int? receiveBytes = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        var socket = new TcpClient(server.AddressFamily) { NoDelay = true };
        if (receiveBytes is { } bytes)
            socket.ReceiveBufferSize = bytes;
        await socket.ConnectAsync(server, stop);
        return new RawClient(socket, stop);
    }

    /// <summary>Goes on inside another stream on top of the present one: TLS.</summary>
    public async Task WrapAsync<T>(Func<Stream, T> wrap, Func<T, Task> begin)
        where T : Stream
    {
        var outer = wrap(_stream);
        _stream = outer;
        await begin(outer).ForAsync("the stream within the stream", _stop, Patience);
    }

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) =>
        await _stream.WriteAsync(bytes, _stop).AsTask().ForAsync("the server to take what is sent", _stop, Patience);

    public Task SendAsync<T>(T message, uint channel = 0)
        where T : IWireMessage<T> => SendBytesAsync(FrameOf(message, channel));

    public Task SendMessageAsync(ReadOnlySpan<byte> message)
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.WriteMessage(output, message);
        return SendBytesAsync(output.WrittenMemory);
    }

    /// <summary>The data of a service on a channel.</summary>
    public Task SayAsync<T>(uint channel, T payload)
        where T : IPayload<T>
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.WriteSend(output, new ChannelId(channel), payload);
        return SendBytesAsync(output.WrittenMemory);
    }

    public Task SayAsync(uint channel, ushort payloadType, ReadOnlySpan<byte> data)
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.WriteSend(output, new ChannelId(channel), payloadType, data);
        return SendBytesAsync(output.WrittenMemory);
    }

    public async Task HandshakeAsync()
    {
        await SendAsync(new Handshake { ClientType = ClientType.Meanwhile });
        Ack = (await ExpectAsync<HandshakeAck>()).Body;
    }

    /// <summary>The Login that a real client would send now; <see cref="HandshakeAsync"/> must have been done.</summary>
    public Login LoginOf(string name, string password) => new(
        ClientType.Meanwhile, name,
        Opaque.Wrap(AuthDataWriter.Rc2DiffieHellman(password, KeyAgreement.Create(), Ack!.Key.Span, Ack.Magic)),
        AuthType.Rc2DiffieHellman);

    public async Task<RawClient> LogInAsync(string name, string password)
    {
        await HandshakeAsync();
        await SendAsync(LoginOf(name, password));
        Info = (await ExpectAsync<LoginAck>()).Body.Login;
        return this;
    }

    /// <summary>The next message; null at the end of the stream. Keep-alive bytes are passed over.</summary>
    public async Task<byte[]?> ReadAsync()
    {
        var length = new byte[Frame.LengthSize];
        do
        {
            if (await ReadAtLeastAsync(length.AsMemory(0, 1), isEndAllowed: true) == 0)
                return null;
        }
        while (length[0] >= Frame.KeepAlive);

        await ReadAtLeastAsync(length.AsMemory(1), isEndAllowed: false);
        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await ReadAtLeastAsync(message, isEndAllowed: false);
        return message;
    }

    /// <summary>The next message of a type, on a channel if one is named; others are passed over, the end of the session is not.</summary>
    public async Task<(ChannelId Channel, T Body)> ExpectAsync<T>(uint? channel = null)
        where T : IWireMessage<T>
    {
        while (true)
        {
            var message = await ReadAsync() ?? throw new IOException($"The server has closed the connection instead of sending {typeof(T).Name}.");
            var (type, on) = HeaderOf(message);
            if (type == T.Type && (channel is null || on.Value == channel))
                return (on, BodyOf<T>(message));
            if (type == MessageType.ChannelDestroy && on.IsMaster)
                throw new IOException($"The session was ended with {BodyOf<ChannelDestroy>(message).Reason}.");
        }
    }

    /// <summary>The payload of the next ChannelSend on a channel.</summary>
    public async Task<T> HearAsync<T>(uint channel)
        where T : IPayload<T>
    {
        while (true)
        {
            var (_, send) = await ExpectAsync<ChannelSend>(channel);
            if (send.PayloadType != T.MessageType)
                continue;
            var reader = new WireReader(send.Data.Span);
            return T.Read(ref reader);
        }
    }

    /// <summary>Why the server ends a channel that this client has asked for or has.</summary>
    public async Task<Reason> ReasonOfAsync(uint channel) => (await ExpectAsync<ChannelDestroy>(channel)).Body.Reason;

    /// <summary>Why the server ends the session; the end of the stream must follow.</summary>
    public async Task<Reason> EndReasonAsync()
    {
        while (await ReadAsync() is { } message)
        {
            if (HeaderOf(message) is (MessageType.ChannelDestroy, { IsMaster: true }))
            {
                var reason = BodyOf<ChannelDestroy>(message).Reason;
                return await ReadAsync() is null ? reason : throw new IOException("The server goes on talking after it has ended the session.");
            }
        }
        throw new IOException("The server has closed the connection without a reason.");
    }

    /// <summary>Everything up to the end of the stream.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        await _stream.CopyToAsync(all, _stop).ForAsync("the end of what the server sends", _stop, Patience);
        return all.ToArray();
    }

    /// <summary>Goes at once, with a reset.</summary>
    public void Vanish()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    public static byte[] FrameOf<T>(T message, uint channel = 0)
        where T : IWireMessage<T>
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.Write(output, new ChannelId(channel), message);
        return output.WrittenSpan.ToArray();
    }

    private static (MessageType Type, ChannelId Channel) HeaderOf(byte[] message)
    {
        var reader = new WireReader(message);
        var header = MessageHeader.Read(ref reader);
        return (header.Type, header.Channel);
    }

    private static T BodyOf<T>(byte[] message)
        where T : IWireMessage<T>
    {
        var reader = new WireReader(message);
        MessageHeader.Read(ref reader).SkipAttributes(ref reader);
        var body = T.Read(ref reader);
        return reader.Error is { } error ? throw new IOException($"The server has sent a malformed {typeof(T).Name}: {error}") : body;
    }

    private async Task<int> ReadAtLeastAsync(Memory<byte> room, bool isEndAllowed)
    {
        try
        {
            return await _stream.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: !isEndAllowed, _stop).AsTask()
                .ForAsync($"{room.Length} bytes from the server", _stop, Patience);
        }
        catch (TimeoutException)
        {
            throw new IOException($"The server has said nothing for {Patience.TotalSeconds} s and has not closed the connection.");
        }
    }
}
