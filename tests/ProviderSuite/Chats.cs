using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;

namespace Sametime.ProviderSuite;

/// <summary>What a hub captures, written down by a test: each fact gets the next number of its stream and, unless told, happens a second later.</summary>
internal sealed class Chats(ushort hub = 1, uint incarnation = 1)
{
    private readonly List<EventEnvelope> _captured = [];

    public static DateTimeOffset Noon { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>When the next fact happens.</summary>
    public DateTimeOffset Now { get; set; } = Noon;

    /// <summary>Everything so far.</summary>
    public IReadOnlyList<EventEnvelope> Captured => _captured;

    public EventStreamName Stream => EventStreamName.Chat(hub, incarnation);

    public Chats Start(string conversation, string creator, string acceptor) =>
        Add(conversation, new ChatStarted(Login(1), new UserId(creator), Login(2), new UserId(acceptor), ChatLogMode.Relaxed));

    public Chats Say(string conversation, string author, string recipient, string text, string place = "") =>
        Add(conversation, new ChatLineCaptured(Login(1), new UserId(author), Login(2), new UserId(recipient), ChatContent.Text, text, place));

    public Chats End(string conversation) => Add(conversation, new ChatEnded(Reason.Success));

    public Chats Add(string conversation, IEvent fact)
    {
        _captured.Add(new EventEnvelope(
            Stream, _captured.Count + 1, new EventSource(hub, incarnation), Now, Now, new EventCause(conversation), fact));
        Now += TimeSpan.FromSeconds(1);
        return this;
    }

    private LoginId Login(uint number) => new(hub, incarnation, number);
}
