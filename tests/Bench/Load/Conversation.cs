using System.Buffers.Binary;
using System.Diagnostics;

namespace Sametime.Tests.Bench.Load;

/// <summary>
/// Pairs of clients that talk. The first eight bytes of a body hold when it was sent; the ninth tells a question from its answer.
/// </summary>
internal sealed class Conversation
{
    /// <summary>Length of every message body.</summary>
    public const int BodyBytes = 64;

    private const byte Question = 1;
    private const byte Answer = 2;

    private readonly IReadOnlyList<(LoadClient Asker, LoadClient Answerer)> _pairs;
    private readonly byte[] _body = new byte[BodyBytes];
    private readonly bool _closedLoop;

    public Conversation(IReadOnlyList<(LoadClient Asker, LoadClient Answerer)> pairs, bool closedLoop)
    {
        _pairs = pairs;
        _closedLoop = closedLoop;
        foreach (var (asker, answerer) in pairs)
        {
            asker.Received = OnReceived;
            answerer.Received = OnReceived;
        }
    }

    public long Delivered { get; private set; }

    public Latencies OneWay { get; } = new();

    /// <summary>One message is under way in each pair, from now until <see cref="IsOver"/>.</summary>
    public void StartAll()
    {
        foreach (var (asker, _) in _pairs)
        {
            Ask(asker);
        }
    }

    public bool IsOver { get; set; }

    /// <summary>The next pair in turn exchanges a question and its answer.</summary>
    public void AskNext(ref int turn) => Ask(_pairs[turn++ % _pairs.Count].Asker);

    public void ResetCounters()
    {
        Delivered = 0;
        OneWay.Clear();
    }

    private void Ask(LoadClient asker) => Send(asker, Question);

    private void Send(LoadClient from, byte what)
    {
        BinaryPrimitives.WriteInt64BigEndian(_body, Stopwatch.GetTimestamp());
        _body[8] = what;
        from.Send(_body);
    }

    private void OnReceived(LoadClient receiver, ReadOnlySpan<byte> body)
    {
        Delivered++;
        OneWay.Add(BinaryPrimitives.ReadInt64BigEndian(body));
        if (IsOver)
        {
            return;
        }

        if (body[8] == Question)
        {
            Send(receiver, Answer);
        }
        else if (_closedLoop)
        {
            Send(receiver, Question);
        }
    }
}
