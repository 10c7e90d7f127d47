using System.Net.Sockets;

namespace Sametime.Contracts.Loop;

/// <summary>Every other system: <see cref="Socket.Select(System.Collections.IList, System.Collections.IList, System.Collections.IList, int)"/>. Good for development, not for crowds.</summary>
internal sealed class SelectPoller : ISocketPoller
{
    private readonly Dictionary<Socket, Watched> _watched = [];
    private readonly List<Socket> _read = [];
    private readonly List<Socket> _write = [];
    private readonly List<Socket> _failed = [];
    private readonly Dictionary<Socket, Readiness> _ready = [];
    private readonly WakeUpSocket _wakeUp = new();

    public SelectPoller() => Add(_wakeUp.Socket, Readiness.Read, _wakeUp);

    public void Add(Socket socket, Readiness interest, IReadyHandler handler) => _watched.Add(socket, new Watched(interest, handler));

    public void Change(Socket socket, Readiness interest) => _watched[socket] = _watched[socket] with { Interest = interest };

    public void Remove(Socket socket) => _watched.Remove(socket);

    public void Wait(int timeoutMilliseconds, Action<Exception> onError)
    {
        _read.Clear();
        _write.Clear();
        _failed.Clear();
        _ready.Clear();
        foreach (var (socket, watched) in _watched)
        {
            if ((watched.Interest & Readiness.Read) != 0)
                _read.Add(socket);
            if ((watched.Interest & Readiness.Write) != 0)
                _write.Add(socket);
            _failed.Add(socket);
        }

        // Microseconds; -1 waits for ever. The wake-up socket is always in the list, so it is never empty.
        Socket.Select(_read, _write, _failed, timeoutMilliseconds < 0 ? -1 : (int)Math.Min(timeoutMilliseconds * 1000L, int.MaxValue));
        Note(_read, Readiness.Read);
        Note(_write, Readiness.Write);
        Note(_failed, Readiness.Failed);

        foreach (var (socket, readiness) in _ready)
        {
            // A handler before us in this turn may have closed this one.
            if (!_watched.TryGetValue(socket, out var watched))
                continue;
            try
            {
                watched.Handler.OnReady(readiness);
            }
            catch (Exception error)
            {
                onError(error);
            }
        }
    }

    public void Wake() => _wakeUp.Wake();

    public void Dispose()
    {
        foreach (var socket in _watched.Keys)
            socket.Dispose();
        _watched.Clear();
    }

    private void Note(List<Socket> sockets, Readiness readiness)
    {
        foreach (var socket in sockets)
            _ready[socket] = _ready.GetValueOrDefault(socket) | readiness;
    }

    private readonly record struct Watched(Readiness Interest, IReadyHandler Handler);
}
