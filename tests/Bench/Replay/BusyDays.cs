using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Bench.Replay;

/// <summary>
/// Days of a hub with 1,000 users, made by a fixed seed: they log in and out, set their status, and open and end channels with each other. The
/// community stays about as large as it is; the log grows.
/// </summary>
internal static class BusyDays
{
    private const int Users = 1_000;
    private const int Seed = 4;

    public static IEnumerable<EventEnvelope> Of(int events)
    {
        var random = new Random(Seed);
        var (stream, source, now) = (EventStreamName.Hub(1, 1), new EventSource(1, 1), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var logins = new LoginId?[Users];
        var channels = new Queue<(LoginId Creator, uint Number)>();
        var (lastLogin, lastChannel) = (0u, 0u);
        for (var sequence = 1; sequence <= events; sequence++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(200));
            var (fact, cause) = Next();
            yield return new EventEnvelope(stream, sequence, source, now, now, cause, fact);
        }

        (IEvent Fact, EventCause Cause) Next()
        {
            var who = random.Next(Users);
            var user = new UserId($"user{who:d4}");
            if (logins[who] is not { } login)
            {
                logins[who] = login = new LoginId(1, 1, ++lastLogin);
                return (new ParticipantLoggedIn(login, ParticipantKind.User, user, $"User {who}", ClientType.Meanwhile, $"10.0.{who / 250}.{who % 250}"), default);
            }

            switch (random.Next(10))
            {
                case 0:
                    logins[who] = null;
                    return (new ParticipantLoggedOut(login, ParticipantKind.User, user, Reason.Success), default);
                case <= 3:
                    return (new StatusSet(login, user, random.Next(2) == 0 ? StatusCode.Active : StatusCode.Away, 0, "at my desk"), default);
                default:
                    if (channels.Count > Users)
                    {
                        var (creator, number) = channels.Dequeue();
                        return (new ChannelDestroyed(creator, number, Reason.Success), new EventCause($"{creator}-{number}"));
                    }

                    channels.Enqueue((login, ++lastChannel));
                    return (new ChannelCreated(login, lastChannel, new UserId($"user{random.Next(Users):d4}"), 0x1000, 0x1000), new EventCause($"{login}-{lastChannel}"));
            }
        }
    }
}
