namespace Sametime.Hub.Logins;

/// <summary>Messages of one login that wait for their turn, in the order they came.</summary>
internal sealed class HeldMessages
{
    private readonly Queue<byte[]> _messages = [];

    /// <summary>Runs when the first of them may go on.</summary>
    public IDisposable? Timer { get; set; }

    public int Count => _messages.Count;

    public int Bytes { get; private set; }

    public void Add(ReadOnlySpan<byte> message)
    {
        _messages.Enqueue(message.ToArray());
        Bytes += message.Length;
    }

    public byte[]? First => _messages.TryPeek(out var message) ? message : null;

    public void RemoveFirst() => Bytes -= _messages.Dequeue().Length;
}
