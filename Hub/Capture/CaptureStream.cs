using System.Text;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;

namespace Sametime.Hub.Capture;

/// <summary>
/// The captured facts of this start of the hub, numbered without a gap, each kept until it is stored. What was numbered is never
/// taken back: the log may have it already.
/// </summary>
internal sealed class CaptureStream(ILoop loop, HubLimits limits)
{
    // What a fact costs in memory besides its fields.
    private const int FactOverheadBytes = 200;

    private readonly Queue<Waiting> _waiting = [];

    /// <summary>Runs when there is something to store.</summary>
    public Action Added { get; set; } = static () => { };

    /// <summary>Facts that are not stored yet.</summary>
    public int Count => _waiting.Count;

    /// <summary>Memory that they take.</summary>
    public int Bytes { get; private set; }

    /// <summary>Number of the newest fact.</summary>
    public long Last { get; private set; }

    /// <summary>When the oldest of them was added (monotonic); null when there is none.</summary>
    public long? WaitingSince => _waiting.TryPeek(out var oldest) ? oldest.AddedAt : null;

    /// <summary>
    /// Whether a line may be added. Marks may always: each follows from a line or a conversation that was let in.
    /// </summary>
    /// <param name="heldBytes">Bytes of messages that wait for the log, which count too.</param>
    public bool HasRoom(int heldBytes) => _waiting.Count < limits.CaptureFactsMax && Bytes + heldBytes < limits.CaptureBytesMax;

    /// <summary>Adds a fact. Returns its number.</summary>
    public long Add(IEvent fact, string correlation)
    {
        var written = EventCatalogue.Current.Write(fact);
        var fields = Opaque.Wrap(Encoding.UTF8.GetBytes(written.Json));
        var captured = new CapturedFact(++Last, loop.Time.GetUtcNow(), correlation, written.Name, written.Version, fields);
        _waiting.Enqueue(new Waiting(captured, loop.Time.GetTimestamp()));
        Bytes += BytesOf(captured);
        Added();
        return Last;
    }

    /// <summary>The oldest facts, as many as one question carries.</summary>
    public Items<CapturedFact> Batch()
    {
        var bytes = 0;
        return [.. _waiting.Take(limits.CaptureBatchFacts)
            .TakeWhile((waiting, index) => (bytes += BytesOf(waiting.Fact)) <= limits.CaptureBatchBytes || index == 0).Select(waiting => waiting.Fact)];
    }

    /// <summary>The facts up to this one are stored.</summary>
    public void OnStored(long last)
    {
        while (_waiting.TryPeek(out var oldest) && oldest.Fact.Sequence <= last)
            Bytes -= BytesOf(_waiting.Dequeue().Fact);
    }

    private static int BytesOf(CapturedFact fact) => fact.Fields.Length + FactOverheadBytes;

    private readonly record struct Waiting(CapturedFact Fact, long AddedAt);
}
