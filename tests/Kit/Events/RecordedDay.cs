using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Kit.Events;

/// <summary>
/// A day of two hubs that everything which reads the log is tested on: small enough to count by hand. Alice, Bob and Carol are at hub 1,
/// Dave at hub 2; Alice and Bob talk; Bob types his password wrong twice, and Mallory finds a server that does not answer.
/// </summary>
public static class RecordedDay
{
    public static readonly UserId Alice = new("alice");
    public static readonly UserId Bob = new("bob");
    public static readonly UserId Carol = new("carol");
    public static readonly UserId Dave = new("dave");

    public static readonly LoginId Application = new(1, 42, 1);
    public static readonly LoginId AliceLogin = new(1, 42, 2);
    public static readonly LoginId BobLogin = new(1, 42, 3);
    public static readonly LoginId CarolLogin = new(1, 42, 4);
    public static readonly LoginId DaveLogin = new(2, 7, 1);

    public const uint ResolveService = 0x15;
    public const uint ImService = 0x1000;

    private static readonly DateTimeOffset Midnight = new(2026, 5, 6, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A moment of the day, e.g. 9:20:02.</summary>
    public static DateTimeOffset At(int hour, int minute, int second = 0) => Midnight + new TimeSpan(hour, minute, second);

    /// <summary>All that three processes stated, in the order of time: 15 facts of hub 1, 5 of its conversations, 3 of hub 2.</summary>
    public static IReadOnlyList<EventEnvelope> Events()
    {
        var (one, chat, two) = (new Stating(EventStreamName.Hub(1, 42), 1, 42), new Stating(EventStreamName.Chat(1, 42), 1, 42), new Stating(EventStreamName.Hub(2, 7), 2, 7));
        var talk = new EventCause($"{AliceLogin}-5");
        return
        [
            one.State(At(9, 0), new ParticipantLoggedIn(Application, ParticipantKind.Application, default, "Resolve", ClientType.Service, "127.0.0.1")),
            one.State(At(9, 0), new ServiceUp(ResolveService, Application)),
            two.State(At(9, 5), new HubJoined(1, 42, "one")),
            one.State(At(9, 10), new ParticipantLoggedIn(AliceLogin, ParticipantKind.User, Alice, "Alice A.", ClientType.Meanwhile, "10.0.0.1")),
            one.State(At(9, 12), new LoginRefused("bob", "10.0.0.2", AuthType.Rc2DiffieHellman, Reason.IncorrectLogin)),
            one.State(At(9, 13), new LoginRefused("bob", "10.0.0.2", AuthType.Rc2DiffieHellman, Reason.IncorrectLogin)),
            one.State(At(9, 15), new ParticipantLoggedIn(BobLogin, ParticipantKind.User, Bob, "Bob B.", ClientType.Meanwhile, "10.0.0.2")),
            one.State(At(9, 20), new ChannelCreated(AliceLogin, 5, Bob, ImService, ImService), talk),
            one.State(At(9, 20, 2), new ChannelAccepted(AliceLogin, 5, BobLogin), talk),
            chat.State(At(9, 20, 2), new ChatStarted(AliceLogin, Alice, BobLogin, Bob, ChatLogMode.Relaxed), talk),
            chat.State(At(9, 21), new ChatLineCaptured(AliceLogin, Alice, BobLogin, Bob, ChatContent.Text, "lunch?"), talk),
            chat.State(At(9, 22), new ChatLineCaptured(BobLogin, Bob, AliceLogin, Alice, ChatContent.Text, "=1+1 o'clock"), talk),
            one.State(At(9, 30), new StatusSet(AliceLogin, Alice, StatusCode.Away, 0, "at lunch")),
            two.State(At(9, 40), new ParticipantLoggedIn(DaveLogin, ParticipantKind.User, Dave, "Dave D.", ClientType.Meanwhile, "10.0.1.4")),
            one.State(At(10, 5), new ParticipantLoggedIn(CarolLogin, ParticipantKind.User, Carol, "Carol C.", ClientType.Meanwhile, "10.0.0.3")),
            chat.State(At(10, 6), new ChatLineCaptured(AliceLogin, Alice, BobLogin, Bob, ChatContent.Text, "back"), talk),
            one.State(At(10, 10), new ChannelDestroyed(AliceLogin, 5, Reason.Success), talk),
            chat.State(At(10, 10), new ChatEnded(Reason.Success), talk),
            one.State(At(10, 20), new ParticipantLoggedOut(BobLogin, ParticipantKind.User, Bob, Reason.Success)),
            one.State(At(10, 30), new HubSampled(3, 2, 0, 4, 2, 1, 100)),
            two.State(At(11, 0), new ParticipantLoggedOut(DaveLogin, ParticipantKind.User, Dave, Reason.Success)),
            one.State(At(11, 30), new HubSampled(3, 2, 0, 4, 2, 1, 160)),
            one.State(At(11, 40), new LoginRefused("mallory", "10.0.0.9", AuthType.Rc2DiffieHellman, Reason.ServerNotResponding)),
        ];
    }

    private sealed class Stating(EventStreamName stream, ushort hub, uint incarnation)
    {
        private long _sequence;

        public EventEnvelope State(DateTimeOffset occurred, IEvent fact, EventCause cause = default) =>
            new(stream, ++_sequence, new EventSource(hub, incarnation), occurred, occurred.AddMilliseconds(20), cause, fact);
    }
}
