namespace Sametime.Contracts.Loop.InProcess;

/// <summary>
/// A stream inside this process: what goes in at one end comes out at the other, on the other's loop, never inside the
/// call that sent it. The ends may live on one loop or on two. It has no bound of its own: like a socket, it shows what
/// waits as <see cref="IByteStream.QueuedBytes"/>, and whoever sends decides how much is too much.
/// </summary>
public static class InProcessPipe
{
    /// <summary>Joins two loops, or a loop with itself.</summary>
    public static (IByteStream A, IByteStream B) Create(ILoop a, ILoop b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var toA = new PipeLane();
        var toB = new PipeLane();
        var endA = new PipeEnd(a, incoming: toA, outgoing: toB);
        var endB = new PipeEnd(b, incoming: toB, outgoing: toA);
        toA.Reader = endA;
        toB.Reader = endB;
        return (endA, endB);
    }
}
