using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.Tests.Unit.Events;

/// <summary>What of an event is carried, and whose stream it is in.</summary>
public sealed class WrittenEnvelopeTests
{
    private static readonly Guid Start = Guid.NewGuid();

    public static TheoryData<EventStreamName, bool, bool, bool, string?> Streams => new()
    {
        { EventStreamName.Directory, false, false, false, null },
        { EventStreamName.User(new UserId("Alice b")), false, false, false, "ALICE B" },
        { EventStreamName.User(new UserId("0123")), false, false, false, "0123" },
        { EventStreamName.Subject("0123456789abcdef0123456789abcdef"), false, false, false, null },
        { EventStreamName.Hub(1, 2), true, false, false, null },
        { EventStreamName.Chat(1, 2), true, true, false, null },
        { EventStreamName.InterruptedChats(1), false, false, true, null },
        { EventStreamName.Process("edge", Start), true, false, false, null },
        { EventStreamName.ChatPolicy, false, false, false, null },
        { EventStreamName.Token("ab"), false, false, false, null },
        { EventStreamName.RevokedTokens, false, false, false, null },
        { EventStreamName.Audit, false, false, false, null },
    };

    [Fact]
    public void Everything_that_is_known_of_an_event_is_carried_in_its_own_place()
    {
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var envelope = new EventEnvelope(
            EventStreamName.Chat(3, 9), 77, new EventSource(3, 9), at, at.AddSeconds(1), new EventCause("correlation", "causation"), new GroupRemoved("g"));

        var written = WrittenEnvelope.Of(envelope);

        Assert.Equal(
            ("chat-3-9", 77L, (ushort)3, 9u, at, at.AddSeconds(1), "correlation", "causation"),
            (written.Stream, written.Sequence, written.Hub, written.Incarnation, written.Occurred, written.Recorded, written.Correlation, written.Causation));
        Assert.Equal(envelope, written.Read());
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_name_tells_who_numbers_the_stream_and_whose_it_is(EventStreamName stream, bool isOfOneProcess, bool isChat, bool isOfInterrupted, string? user) =>
        Assert.Equal(
            (isOfOneProcess, isChat, isOfInterrupted, user),
            (stream.IsOfOneProcess, stream.IsChat, stream.IsOfInterruptedChats, stream.UserKey));

    [Fact]
    public void No_two_kinds_of_streams_share_a_name_and_each_says_all_that_it_is_of() => Assert.Equal(
        [
            "directory", "user-ALICE B", "user-0123", "user-0123456789abcdef0123456789abcdef", "hub-1-2", "chat-1-2", "interrupted-1",
            $"process-edge-{Start:N}", "policy-chat", "token-ab", "revoked-tokens", "audit",
        ],
        Streams.Select(static row => row.Data.Item1.Value));

    [Fact]
    public void A_stream_of_one_process_is_another_one_with_the_next_process_and_any_other_is_not()
    {
        var batches = new[] { Guid.NewGuid(), Guid.NewGuid() }.Select(static publisher => new EventBatch { Publisher = publisher, Number = 1, Events = [] }).ToArray();

        foreach (var (stream, isOfOneProcess) in Streams.Select(static row => (row.Data.Item1, row.Data.Item2)))
        {
            var written = WrittenEnvelope.Of(new EventEnvelope(stream, 1, default, default, default, default, new GroupRemoved("g")));
            Assert.Equal(!isOfOneProcess, StreamKey.Of(batches[0], written) == StreamKey.Of(batches[1], written));
        }
    }
}
