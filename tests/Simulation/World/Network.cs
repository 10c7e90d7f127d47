using System.Net;
using Sametime.Contracts.Loop;

namespace Sametime.Tests.Simulation.World;

/// <summary>
/// Joins processes by streams as TCP does: bytes arrive late, in order and once, or the stream ends. While the way between two processes
/// is cut nothing arrives in that direction, and nobody is told.
/// </summary>
internal sealed class Network(Universe universe)
{
    private readonly Dictionary<string, (SimLoop Loop, Action<IByteStream> Accept)> _listeners = [];
    private readonly HashSet<(string From, string To)> _cuts = [];
    private readonly Dictionary<(string From, string To), List<Action>> _heldUp = [];
    private readonly List<SimStream> _streams = [];

    public void Listen(string address, SimLoop loop, Action<IByteStream> accept) => _listeners[address] = (loop, accept);

    /// <summary>A connection attempt: succeeds, or fails as when nobody listens there.</summary>
    public Task<IByteStream> ConnectAsync(SimLoop from, string address, IPEndPoint? remote = null)
    {
        var done = new TaskCompletionSource<IByteStream>();
        Carry(from.Name, address, () =>
        {
            if (!_listeners.TryGetValue(address, out var listener) || listener.Loop.IsDead)
            {
                Carry(address, from.Name, () => from.Enter(() => done.TrySetException(new IOException($"Nobody listens at {address}."))));
                return;
            }
            var (near, far) = Join(from, listener.Loop, remote);
            listener.Loop.Enter(() => listener.Accept(far));
            Carry(address, from.Name, () => from.Enter(() => done.TrySetResult(near)));
        });
        return done.Task;
    }

    /// <summary>Nothing gets from one process to another any more.</summary>
    public void Cut(string from, string to) => _cuts.Add((from, to));

    /// <summary>It does again, and what was sent meanwhile arrives.</summary>
    public void Heal(string from, string to)
    {
        _cuts.Remove((from, to));
        if (!_heldUp.Remove((from, to), out var waiting))
            return;
        foreach (var arrival in waiting)
            universe.After(Delay(), arrival);
    }

    /// <summary>The operating system closes what a killed process had open.</summary>
    public void Reset(SimLoop killed)
    {
        foreach (var stream in _streams.Where(stream => stream.Loop == killed).ToArray())
            stream.OnProcessKilled();
    }

    /// <summary>Ends one of all open streams as a network does that has lost it.</summary>
    public void BreakOne(Func<string, bool> isWanted)
    {
        var candidates = _streams.Where(stream => isWanted(stream.Loop.Name)).ToArray();
        if (candidates.Length > 0)
            universe.Pick(candidates).Break();
    }

    /// <summary>Lets something arrive after a while, or when the way is open again.</summary>
    public void Carry(string from, string to, Action arrival)
    {
        if (!_cuts.Contains((from, to)))
        {
            universe.After(Delay(), arrival);
            return;
        }
        if (!_heldUp.TryGetValue((from, to), out var waiting))
            _heldUp.Add((from, to), waiting = []);
        waiting.Add(arrival);
    }

    internal void Forget(SimStream stream) => _streams.Remove(stream);

    private (SimStream Near, SimStream Far) Join(SimLoop from, SimLoop to, IPEndPoint? remote)
    {
        var near = new SimStream(this, from, null);
        var far = new SimStream(this, to, remote);
        (near.Peer, far.Peer) = (far, near);
        _streams.Add(near);
        _streams.Add(far);
        return (near, far);
    }

    // Mostly a fraction of a millisecond; now and then a hiccup.
    private TimeSpan Delay() => universe.Maybe(0.02) ? universe.Between(5, 80) : universe.Between(0.05, 1.5);
}
