using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Kit.Providers;

/// <summary>A log of conversations that forgets everything at its end; fails when told to.</summary>
public sealed class InMemoryChatLog : IChatLogProvider
{
    private readonly SortedDictionary<(long Ticks, string Stream, long Sequence), EventEnvelope> _entries = new(ByPlace.Instance);
    private readonly HashSet<string> _ids = [];
    private readonly Dictionary<(string Stream, long Sequence), Reason> _undelivered = [];
    private readonly HashSet<(ushort Hub, uint Incarnation, string Conversation)> _open = [];
    private ChatLogPolicy _policy;

    /// <summary>Thrown by every call while it is set.</summary>
    public StoreException? Failure { get; set; }

    /// <summary>What <see cref="RecordAsync"/> waits for, when it is set.</summary>
    public Task? Hold { get; set; }

    /// <summary>How often it was asked to record.</summary>
    public int Captures { get; private set; }

    /// <summary>Who has read what.</summary>
    public List<ChatLogRead> Reads { get; } = [];

    /// <summary>Everything recorded, in the order in which it is read.</summary>
    public IEnumerable<EventEnvelope> Recorded => _entries.Values;

    public int PageEntriesMax { get; set; } = new ChatLogLimits().PageEntriesMax;

    public async ValueTask RecordAsync(IReadOnlyList<EventEnvelope> captured, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(captured);
        Captures++;
        if (Hold is { } hold)
            await hold.WaitAsync(stop);
        ThrowIfFailing();
        foreach (var fact in captured)
        {
            if (!fact.Stream.IsChat)
                throw new ArgumentException($"{fact.Id} is not of a stream of conversations.", nameof(captured));
            Take(fact);
        }
    }

    public ValueTask<int> InterruptAsync(ushort hub, uint incarnation, CancellationToken stop)
    {
        ThrowIfFailing();
        var left = _open.Where(chat => chat.Hub == hub && chat.Incarnation < incarnation).Order().ToList();
        var stream = EventStreamName.InterruptedChats(hub);
        foreach (var chat in left)
        {
            var number = _ids.Count(id => id.StartsWith($"{stream}/", StringComparison.Ordinal)) + 1;
            Take(new EventEnvelope(
                stream, number, default, DateTimeOffset.UnixEpoch.AddYears(1000), DateTimeOffset.UnixEpoch.AddYears(1000), new EventCause(chat.Conversation),
                new ChatInterrupted(chat.Hub, chat.Incarnation)));
        }

        return ValueTask.FromResult(left.Count);
    }

    public ValueTask<ChatLogPage> FindAsync(ChatLogQuery query, string reader, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(query);
        ThrowIfFailing();
        var entries = new List<ChatLogEntry>();
        foreach (var (place, envelope) in _entries)
        {
            if (query.After is { } after && ByPlace.Instance.Compare(place, (after.Occurred.UtcTicks, after.Stream.Value, after.Sequence)) <= 0)
                continue;
            if (!Matches(envelope, query))
                continue;
            if (entries.Count == (query.EntriesMax > 0 ? Math.Min(query.EntriesMax, PageEntriesMax) : PageEntriesMax))
                return Page(entries[^1].At);
            entries.Add(new ChatLogEntry(
                new ChatLogCursor(envelope.Occurred, envelope.Stream, envelope.Sequence), envelope.Cause.Correlation ?? "",
                _undelivered.TryGetValue((place.Stream, place.Sequence), out var reason) ? reason : null, envelope.Payload));
        }

        return Page(null);

        ValueTask<ChatLogPage> Page(ChatLogCursor? next)
        {
            Reads.Add(new ChatLogRead(reader, query.User, entries.Count(entry => entry.Fact is ChatLineCaptured)));
            return ValueTask.FromResult(new ChatLogPage(entries.ToItems(), next));
        }
    }

    public ValueTask<ChatLogPolicy> LoadPolicyAsync(CancellationToken stop)
    {
        ThrowIfFailing();
        return ValueTask.FromResult(_policy);
    }

    public ValueTask SavePolicyAsync(ChatLogPolicy policy, string actor, CancellationToken stop)
    {
        ThrowIfFailing();
        _policy = policy;
        return ValueTask.CompletedTask;
    }

    private void Take(EventEnvelope envelope)
    {
        if (!_ids.Add(envelope.Id))
            return;
        var conversation = envelope.Cause.Correlation ?? "";
        switch (envelope.Payload)
        {
            case ChatStarted:
                _open.Add((envelope.Source.Hub, envelope.Source.Incarnation, conversation));
                break;
            case ChatEnded:
                _open.Remove((envelope.Source.Hub, envelope.Source.Incarnation, conversation));
                break;
            case ChatInterrupted interrupted:
                _open.Remove((interrupted.Hub, interrupted.Incarnation, conversation));
                break;
            case ChatLineUndelivered undelivered:
                _undelivered[(envelope.Stream.Value, undelivered.Line)] = undelivered.Reason;
                return;
        }

        _entries.Add((envelope.Occurred.UtcTicks, envelope.Stream.Value, envelope.Sequence), envelope);
    }

    private bool Matches(EventEnvelope envelope, ChatLogQuery query)
    {
        var conversation = envelope.Cause.Correlation ?? "";
        var (author, recipient) = UsersOf(envelope) ?? _entries.Values
            .Where(entry => entry.Payload is ChatStarted && entry.Cause.Correlation == conversation).Select(UsersOf).FirstOrDefault() ?? default;
        var line = envelope.Payload as ChatLineCaptured;
        return envelope.Occurred >= query.From && envelope.Occurred < query.To
            && (query.Conversation.Length == 0 || query.Conversation == conversation)
            && (query.User.IsEmpty || query.User == author || query.User == recipient)
            && (query.With.IsEmpty || (query.User == author ? recipient : author) == query.With)
            && (query.Text.Length == 0 || line?.Text.Contains(query.Text, StringComparison.OrdinalIgnoreCase) == true)
            && (query.Place.Length == 0 || string.Equals(line?.Place, query.Place, StringComparison.OrdinalIgnoreCase));
    }

    private static (UserId Author, UserId Recipient)? UsersOf(EventEnvelope envelope) => envelope.Payload switch
    {
        ChatStarted started => (started.CreatorUser, started.AcceptorUser),
        ChatLineCaptured line => (line.AuthorUser, line.RecipientUser),
        ChatNotCaptured side => (side.AuthorUser, side.RecipientUser),
        _ => null,
    };

    private void ThrowIfFailing()
    {
        if (Failure is { } failure)
            throw failure;
    }

    private sealed class ByPlace : IComparer<(long Ticks, string Stream, long Sequence)>
    {
        public static ByPlace Instance { get; } = new();

        public int Compare((long Ticks, string Stream, long Sequence) x, (long Ticks, string Stream, long Sequence) y) =>
            x.Ticks != y.Ticks ? x.Ticks.CompareTo(y.Ticks)
            : string.CompareOrdinal(x.Stream, y.Stream) is var byStream and not 0 ? byStream
            : x.Sequence.CompareTo(y.Sequence);
    }
}
