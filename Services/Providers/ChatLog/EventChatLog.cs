using System.Text;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.ChatLog;

/// <summary>The log of conversations in an event store of ours: each line is an event, found by rows that are folded with it.</summary>
internal sealed class EventChatLog(IEventStore store, IEventLog log, IChatLines lines, ChatLogLimits limits, TimeProvider time) : IChatLogProvider
{
    public async ValueTask RecordAsync(IReadOnlyList<EventEnvelope> captured, CancellationToken stop)
    {
        if (captured.FirstOrDefault(fact => !fact.Stream.IsChat) is { } other)
            throw new ArgumentException($"{other.Id} is not of a stream of conversations.", nameof(captured));
        if (captured.Count > 0)
            await log.RecordAsync(captured, stop).ConfigureAwait(false);
    }

    public ValueTask<int> InterruptAsync(ushort hub, uint incarnation, CancellationToken stop) => lines.InterruptAsync(hub, incarnation, stop);

    public async ValueTask<ChatLogPage> FindAsync(ChatLogQuery query, string reader, CancellationToken stop)
    {
        var page = await FindAsync(query, stop).ConfigureAwait(false);

        // Who cannot be noted down is shown nothing.
        var read = new ChatLogRead(reader, query.User, page.Entries.Count(entry => entry.Fact is ChatLineCaptured));
        await store.AppendAsync(EventStreamName.Audit, ExpectedVersion.Any, [new NewEvent(read, time.GetUtcNow())], stop).ConfigureAwait(false);
        return page;
    }

    public async ValueTask<ChatLogPolicy> LoadPolicyAsync(CancellationToken stop)
    {
        var policy = default(ChatLogPolicy);
        await foreach (var stored in store.ReadStreamAsync(EventStreamName.ChatPolicy, 0, stop).ConfigureAwait(false))
        {
            if (stored.Envelope.Payload is ChatLogPolicySet set)
                policy = new ChatLogPolicy(set.Mode, set.Encrypted);
        }

        return policy;
    }

    public async ValueTask SavePolicyAsync(ChatLogPolicy policy, string actor, CancellationToken stop) => await store.AppendAsync(
        EventStreamName.ChatPolicy, ExpectedVersion.Any,
        [new NewEvent(new ChatLogPolicySet(policy.Mode, policy.Encrypted, actor), time.GetUtcNow())], stop).ConfigureAwait(false);

    private async ValueTask<ChatLogPage> FindAsync(ChatLogQuery query, CancellationToken stop)
    {
        var entriesMax = query.EntriesMax > 0 ? Math.Min(query.EntriesMax, limits.PageEntriesMax) : limits.PageEntriesMax;
        var isCompared = query.Text.Length > 0 || query.Place.Length > 0;
        var entries = new List<ChatLogEntry>();
        var (bytes, scanned) = (0, 0);
        while (entries.Count < entriesMax && bytes < limits.PageBytesMax && scanned < limits.PageScannedMax)
        {
            var linesMax = isCompared ? limits.PageEntriesMax : entriesMax - entries.Count;
            var found = await lines.FindAsync(query, linesMax, stop).ConfigureAwait(false);
            foreach (var line in found)
            {
                if (entries.Count == entriesMax || bytes >= limits.PageBytesMax)
                    return new ChatLogPage(entries.ToItems(), query.After);
                scanned++;
                query = query with { After = line.At };
                if (line.Event is not { Envelope: var envelope } || !Matches(envelope.Payload, query))
                    continue;
                entries.Add(new ChatLogEntry(line.At, envelope.Cause.Correlation ?? "", line.Undelivered, envelope.Payload));
                bytes += BytesOf(envelope.Payload);
            }

            if (found.Count < linesMax)
                return new ChatLogPage(entries.ToItems(), null);
        }

        return new ChatLogPage(entries.ToItems(), query.After);
    }

    private static bool Matches(IEvent fact, ChatLogQuery query) =>
        (query.Text.Length == 0 && query.Place.Length == 0)
        || (fact is ChatLineCaptured line
            && line.Text.Contains(query.Text, StringComparison.OrdinalIgnoreCase)
            && (query.Place.Length == 0 || string.Equals(line.Place, query.Place, StringComparison.OrdinalIgnoreCase)));

    private static int BytesOf(IEvent fact) => fact is ChatLineCaptured line ? Encoding.UTF8.GetByteCount(line.Text) : 0;
}
