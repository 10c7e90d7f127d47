using System.Text;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Tests.Simulation.Promises;

namespace Sametime.Tests.Simulation.Processes;

/// <summary>
/// The log of conversations that all hubs share, as durable as it gets: what was stored stays. The same fact may come twice; a hole, another
/// fact of the same number, or a line under two numbers is a broken promise.
/// </summary>
internal sealed class SimChatLog(ChatLogMode mode, Ledger ledger)
{
    private readonly Dictionary<EventSource, List<CapturedFact>> _streams = [];
    private readonly Dictionary<(string Conversation, string Author, string Text), (EventSource Stream, long Sequence)> _lines = [];
    private readonly HashSet<(EventSource Stream, long Line)> _undelivered = [];
    private readonly HashSet<(EventSource Stream, string Conversation)> _gaps = [];
    private readonly Dictionary<(EventSource Stream, string Conversation), Reason> _ends = [];

    /// <summary>The policy of the community.</summary>
    public ChatLogMode Mode => mode;

    /// <summary>On: nothing can be stored.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Every line with its place.</summary>
    public IEnumerable<KeyValuePair<(string Conversation, string Author, string Text), (EventSource Stream, long Sequence)>> Lines => _lines;

    /// <summary>Lines that are marked as not delivered.</summary>
    public int Undelivered => _undelivered.Count;

    /// <summary>Conversations that are marked as having lines missing.</summary>
    public int Gaps => _gaps.Count;

    public bool Has(string conversation, string author, string text) => _lines.ContainsKey((conversation, author, text));

    public bool IsMarkedUndelivered(EventSource stream, long line) => _undelivered.Contains((stream, line));

    public bool HasGap(EventSource stream, string conversation) => _gaps.Contains((stream, conversation));

    /// <summary>Why the log says that a conversation is over; null when it does not.</summary>
    public Reason? EndOf(EventSource stream, string conversation) => _ends.TryGetValue((stream, conversation), out var end) ? end : null;

    public void Store(CaptureRequest request)
    {
        if (IsBroken)
            throw new StoreUnavailableException("The log is away, as the run said.");
        var source = new EventSource(request.Hub, request.Incarnation);
        if (!_streams.TryGetValue(source, out var stream))
            _streams.Add(source, stream = []);
        foreach (var fact in request.Facts)
        {
            if (fact.Sequence == stream.Count + 1)
                Add(source, stream, fact);
            else if (fact.Sequence > stream.Count || stream[(int)fact.Sequence - 1] != fact)
                ledger.Break($"hub {source.Hub} says fact {fact.Sequence} behind {stream.Count}, or another one than before");
        }
    }

    private void Add(EventSource source, List<CapturedFact> stream, CapturedFact fact)
    {
        stream.Add(fact);
        switch (EventCatalogue.Current.Read(new WrittenEvent(fact.Name, fact.Version, Encoding.UTF8.GetString(fact.Fields.Span))))
        {
            case ChatLineCaptured line:
                if (!_lines.TryAdd((fact.Correlation, line.Author.ToString(), line.Text), (source, fact.Sequence)))
                    ledger.Break($"line {line.Text} of {fact.Correlation} is logged twice");
                break;
            case ChatLineUndelivered mark:
                _undelivered.Add((source, mark.Line));
                break;
            case ChatLinesMissed:
                _gaps.Add((source, fact.Correlation));
                break;
            case ChatEnded ended:
                _ends[(source, fact.Correlation)] = ended.Reason;
                break;
        }
    }
}
