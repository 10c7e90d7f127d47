using Sametime.Contracts.Events;

namespace Sametime.Tests.Cluster.Running;

/// <summary>What the log has of the conversations of one test, whose lines begin with a word of its own.</summary>
internal sealed class ChatLog
{
    private readonly ILookup<string, EventEnvelope> _facts;

    public ChatLog(IReadOnlyList<EventEnvelope> facts, string word)
    {
        _facts = facts.ToLookup(fact => fact.Cause.Correlation ?? "", StringComparer.Ordinal);
        Captured = [.. facts.Where(fact => fact.Payload is ChatLineCaptured line && line.Text.StartsWith(word, StringComparison.Ordinal))];
        Texts = Captured.Select(TextOf).ToHashSet(StringComparer.Ordinal);
        Gaps = [.. facts.Where(fact => fact.Stream.IsChat).GroupBy(fact => fact.Stream)
            .Where(stream => !IsGapless(stream.Select(fact => fact.Sequence))).Select(stream => stream.Key.Value)];
    }

    /// <summary>The lines.</summary>
    public IReadOnlyList<EventEnvelope> Captured { get; }

    /// <summary>What was said in them.</summary>
    public IReadOnlySet<string> Texts { get; }

    /// <summary>Streams in which a number is missing.</summary>
    public IReadOnlyList<string> Gaps { get; }

    /// <summary>How often the log says of a hub as a whole that what was said there last may be missing.</summary>
    public int Interruptions => _facts[""].Count(fact => fact.Payload is ChatInterrupted);

    /// <summary>Everything that the log has of a conversation, as both hubs told it.</summary>
    public IEnumerable<IEvent> FactsOf(string chat) => Captured.Where(fact => TextOf(fact).StartsWith($"{chat} ", StringComparison.Ordinal))
        .Select(fact => fact.Cause.Correlation ?? "").Distinct().SelectMany(correlation => _facts[correlation]).Select(fact => fact.Payload);

    private static string TextOf(EventEnvelope fact) => ((ChatLineCaptured)fact.Payload).Text;

    private static bool IsGapless(IEnumerable<long> numbers) => numbers.Order().Select((number, i) => number == i + 1).All(isNext => isNext);
}
