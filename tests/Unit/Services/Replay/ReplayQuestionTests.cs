using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Replay;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Services.Replay;

/// <summary>What is asked for, in words and in positions.</summary>
public sealed class ReplayQuestionTests
{
    [Fact]
    public void A_question_is_audited_in_words()
    {
        var question = new ReplayQuestion(EventView.Pseudonymous, new LogPoint(RecordedDay.At(9, 0), null), new LogPoint(null, 7), After: 3)
        {
            Kinds = ["chat", "channel"], Users = ["bob"], Places = ["hall", "attic"], Hubs = [2, 1],
        };

        Assert.Equal(
            "kind channel or chat, user bob, place attic or hall, hub 1 or 2 from 2026-05-06T09:00:00Z to position 7, after position 3, under pseudonyms",
            question.ToString());
        Assert.Equal("everything from the beginning to the end, named", new ReplayQuestion(EventView.Plain).ToString());
    }

    [Theory]
    [InlineData(0, 23, 0, 23)]
    [InlineData(1, 23, 0, 23)]
    [InlineData(5, 7, 4, 7)]
    [InlineData(5, 99, 4, 23)]
    public async Task A_range_of_positions_has_both_its_ends_as_far_as_there_is_a_log(long from, long to, long after, long last)
    {
        var question = new ReplayQuestion(EventView.Plain, new LogPoint(null, from), new LogPoint(null, to));
        Assert.Equal(new LogRange(after, last), await LocateAsync(question));
    }

    [Fact]
    public async Task The_first_and_the_last_of_all_times_are_a_range_of_time_like_any_other()
    {
        var question = new ReplayQuestion(EventView.Plain, new LogPoint(DateTimeOffset.MinValue, null), new LogPoint(DateTimeOffset.MaxValue, null));
        Assert.Equal(new LogRange(0, 23), await LocateAsync(question));
    }

    [Theory]
    [InlineData("17", null, 17L)]
    [InlineData("2026-05-06T09:30", "2026-05-06T09:30:00Z", null)]
    [InlineData("2026-05-06T09:30:00.1234567+02:00", "2026-05-06T07:30:00.1234567Z", null)]
    public void A_point_is_a_position_or_a_moment_in_UTC_unless_it_says_otherwise(string text, string? time, long? position)
    {
        Assert.True(LogPoint.TryParse(text, out var point));
        Assert.Equal((time, position), (point.Time is { } moment ? LogTime.Format(moment) : null, point.Position));
        Assert.Equal(time ?? "position 17", point.ToString());
        Assert.False(LogPoint.TryParse("the day before", out _));
    }

    private static async Task<LogRange> LocateAsync(ReplayQuestion question) =>
        await question.LocateAsync(new InMemoryEventLog().With(RecordedDay.Events()), new ReplayOptions(), TestContext.Current.CancellationToken);
}
