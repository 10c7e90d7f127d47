using System.Net;
using System.Net.Sockets;
using Sametime.Tests.Kit.Ends;

namespace Sametime.Tests.Kit.Clients;

/// <summary>
/// Stands between two ends of TCP connections: counts them, records what passes, holds bytes up for random times, and cuts all of
/// them when told. What it cannot do is reorder or lose bytes, as TCP cannot.
/// </summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPEndPoint _target;
    private readonly IPAddress? _from;
    private readonly Random? _delays;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _guard = new();
    private readonly List<Socket> _open = [];
    private readonly MemoryStream _recorded = new();
    private readonly Task _accepting;
    private volatile bool _refuses;
    private int _accepted;

    /// <param name="target">Where connections lead to.</param>
    /// <param name="from">The address of this machine that they then come from.</param>
    /// <param name="delays">When given, bytes are held up for up to two milliseconds at a time.</param>
    public TcpRelay(IPEndPoint target, IPAddress? from = null, Random? delays = null)
    {
        (_target, _from, _delays) = (target, from, delays);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1_024);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Connections made through it so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Everything that passed, of all connections and both directions.</summary>
    public byte[] Recorded()
    {
        lock (_guard)
            return _recorded.ToArray();
    }

    /// <summary>Ends every connection at both sides, as a pulled cable and its time-out do, and takes no more.</summary>
    public void Cut()
    {
        _refuses = true;
        lock (_guard)
        {
            foreach (var socket in _open)
                Reset(socket);
            _open.Clear();
        }
    }

    /// <summary>Takes connections again after <see cref="Cut"/>.</summary>
    public void Mend() => _refuses = false;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting.ForAsync("the end of a relay", CancellationToken.None);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var near = await _listener.AcceptAsync(_stopping.Token);
                if (_refuses)
                {
                    Reset(near);
                    continue;
                }

                Interlocked.Increment(ref _accepted);
                await JoinAsync(near);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Stopped, or one connection that came to nothing.
            }
        }
    }

    private async Task JoinAsync(Socket near)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        lock (_guard)
            _open.AddRange([near, far]);
        if (_from is not null)
            far.Bind(new IPEndPoint(_from, 0));
        try
        {
            await far.ConnectAsync(_target, _stopping.Token);
        }
        catch (Exception end) when (end is SocketException or OperationCanceledException)
        {
            // Nobody there: who came must not wait for him.
            Reset(near);
            Reset(far);
            return;
        }

        _ = PumpAsync(near, far, Seeded());
        _ = PumpAsync(far, near, Seeded());
    }

    private Random? Seeded() => _delays is null ? null : new Random(_delays.Next());

    private async Task PumpAsync(Socket source, Socket sink, Random? delays)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await source.ReceiveAsync(buffer) is > 0 and var count)
            {
                if (delays?.Next(4) == 0)
                    await Task.Delay(delays.Next(3));
                lock (_guard)
                    _recorded.Write(buffer.AsSpan(0, count));
                for (var sent = 0; sent < count;)
                    sent += await sink.SendAsync(buffer.AsMemory(sent, count - sent));
            }

            sink.Shutdown(SocketShutdown.Send);
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            Reset(source);
            Reset(sink);
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // Over already.
        }

        socket.Dispose();
    }
}
