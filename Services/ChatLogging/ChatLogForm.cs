using System.Text;
using System.Text.Json;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.ChatLogging;

/// <summary>The log of conversations as it goes over a link.</summary>
internal static class ChatLogForm
{
    private const string ChatEvents = "chat.";

    /// <summary>The fact of written fields; null when it is not of a conversation or does not parse. A newer hub's fact is kept unread.</summary>
    public static IEvent? ToFact(string name, int version, Opaque fields)
    {
        if (!name.StartsWith(ChatEvents, StringComparison.Ordinal))
            return null;
        try
        {
            return EventCatalogue.Current.Read(new WrittenEvent(name, version, Encoding.UTF8.GetString(fields.Span)));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What is asked for; null when it makes no sense.</summary>
    public static ChatLogQuery? ToQuery(ChatLogRequest request)
    {
        var (from, to) = (ToTime(request.FromTicks), request.ToTicks == 0 ? DateTimeOffset.MaxValue : ToTime(request.ToTicks));
        if (request.Reader.Length == 0 || from is null || to is null || (request.User.IsEmpty && !request.With.IsEmpty))
            return null;
        ChatLogCursor? after = null;
        if (request.After.Sequence > 0)
        {
            if (ToTime(request.After.OccurredTicks) is not { } occurred || request.After.Sequence > long.MaxValue)
                return null;
            after = new ChatLogCursor(occurred, new EventStreamName(request.After.Stream), (long)request.After.Sequence);
        }

        return new ChatLogQuery
        {
            User = request.User,
            With = request.With,
            Conversation = request.Conversation,
            Place = request.Place,
            Text = request.Text,
            From = from.Value,
            To = to.Value,
            After = after,
            EntriesMax = (int)Math.Min(request.EntriesMax, int.MaxValue),
        };
    }

    public static ChatLogReply ToReply(ChatLogPage page) =>
        new(page.Entries.AsEnumerable().Select(ToFact).ToItems(), page.Next is { } next ? ToPlace(next) : default);

    private static ChatLogFact ToFact(ChatLogEntry entry)
    {
        var written = EventCatalogue.Current.Write(entry.Fact);
        return new ChatLogFact(
            ToPlace(entry.At), entry.Conversation, entry.Undelivered ?? Reason.Success, written.Name, written.Version, new Opaque(Encoding.UTF8.GetBytes(written.Json)));
    }

    private static ChatLogPlace ToPlace(ChatLogCursor at) => new((ulong)at.Occurred.UtcTicks, at.Stream.Value, (ulong)at.Sequence);

    private static DateTimeOffset? ToTime(ulong ticks) =>
        ticks <= (ulong)DateTimeOffset.MaxValue.UtcTicks ? new DateTimeOffset((long)ticks, TimeSpan.Zero) : null;
}
