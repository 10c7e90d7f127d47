using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Sametime.Tests.Kit.Ends;

namespace Sametime.Tests.Kit.Clients;

/// <summary>
/// A TCP load balancer: passes connections on to its targets in turn, from an address of its own, each with a PROXY header of version 2
/// that says who the client is.
/// </summary>
public sealed class Balancer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPEndPoint[] _targets;
    private readonly IPAddress _from;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _passing = [];
    private readonly Task _accepting;
    private int _turn;

    /// <param name="from">Its own address, that its targets see.</param>
    /// <param name="targets">Where connections go.</param>
    public Balancer(IPAddress from, params IPEndPoint[] targets)
    {
        (_from, _targets) = (from, targets);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1_024);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>A header for a client, or for the balancer itself when there is none.</summary>
    public static byte[] HeaderFor(IPEndPoint? client, IPEndPoint server, params ReadOnlySpan<byte> more)
    {
        byte[] signature = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
        byte[] addresses = client is null ? [] :
        [
            .. client.Address.GetAddressBytes(), .. server.Address.GetAddressBytes(), .. PortOf(client), .. PortOf(server),
        ];
        byte[] header =
        [
            .. signature, client is null ? (byte)0x20 : (byte)0x21,
            client is null ? (byte)0x00 : client.AddressFamily == AddressFamily.InterNetworkV6 ? (byte)0x21 : (byte)0x11, 0, 0, .. addresses, .. more,
        ];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)(addresses.Length + more.Length));
        return header;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting.ForAsync("the end of a balancer", CancellationToken.None);
        await Task.WhenAll(_passing).ForAsync("the end of what a balancer passes on", CancellationToken.None);
        _stopping.Dispose();
    }

    private static byte[] PortOf(IPEndPoint end) => [(byte)(end.Port >> 8), (byte)end.Port];

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                _passing.Add(PassAsync(await _listener.AcceptAsync(_stopping.Token)));
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Stopped; the loop's condition tells.
            }
        }
    }

    private async Task PassAsync(Socket near)
    {
        using var client = near;
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        var target = _targets[_turn++ % _targets.Length];
        try
        {
            server.Bind(new IPEndPoint(_from, 0));
            await server.ConnectAsync(target, _stopping.Token);
            await server.SendAsync(HeaderFor((IPEndPoint)near.RemoteEndPoint!, target), _stopping.Token);
            await Task.WhenAll(PumpAsync(near, server), PumpAsync(server, near));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException)
        {
            // One connection that is over; both sockets close with this.
        }
    }

    private async Task PumpAsync(Socket source, Socket sink)
    {
        var buffer = new byte[16 * 1024];
        while (await source.ReceiveAsync(buffer, _stopping.Token) is > 0 and var count)
        {
            for (var sent = 0; sent < count;)
                sent += await sink.SendAsync(buffer.AsMemory(sent, count - sent), _stopping.Token);
        }

        sink.Shutdown(SocketShutdown.Send);
    }
}
