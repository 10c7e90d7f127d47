using Sametime.Contracts.Wire;

namespace Sametime.Contracts.ServerApplications;

/// <summary>What waits on a channel while an asynchronous handler of it runs: payloads, and at last its end.</summary>
internal sealed class ChannelBacklog
{
    private readonly Queue<(PayloadHandler Handler, byte[] Data)> _waiting = [];

    public int Count => _waiting.Count;

    public int Bytes { get; private set; }

    /// <summary>Set when the other end is gone: why.</summary>
    public Reason? End { get; set; }

    public void Enqueue(PayloadHandler handler, ReadOnlySpan<byte> data)
    {
        _waiting.Enqueue((handler, data.ToArray()));
        Bytes += data.Length;
    }

    public bool TryDequeue(out PayloadHandler handler, out byte[] data)
    {
        if (!_waiting.TryDequeue(out var next))
        {
            (handler, data) = (null!, []);
            return false;
        }
        (handler, data) = next;
        Bytes -= data.Length;
        return true;
    }

    public void Clear()
    {
        _waiting.Clear();
        Bytes = 0;
    }
}
