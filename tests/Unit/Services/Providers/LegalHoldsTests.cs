using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.ChatLog;
using Sametime.Tests.Kit.Events;
using Xunit;

namespace Sametime.Tests.Unit.Services.Providers;

public sealed class LegalHoldsTests
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new();
    private readonly InMemoryEventLog _store = new();

    [Fact]
    public async Task They_are_listed_in_the_order_in_which_they_were_placed()
    {
        using var holds = new LegalHolds(_store, _time);
        foreach (var user in (string[])["zoe", "bob", "ann"])
        {
            Assert.True(await holds.PlaceAsync(new UserId(user), $"case of {user}", "root", _stop));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(await holds.ReleaseAsync(new UserId("BOB"), "root", _stop));
        Assert.Equal(["case of zoe", "case of ann"], (await holds.ListAsync(_stop)).Select(static hold => hold.Why));
    }

    [Fact]
    public async Task Who_gives_up_a_question_leaves_the_next_one_its_answer_and_after_the_end_there_is_none()
    {
        using var holds = new LegalHolds(_store, _time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await holds.IsHeldAsync(new UserId("bob"), new CancellationToken(true)));
        Assert.False(await holds.IsHeldAsync(new UserId("bob"), _stop));

        holds.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await holds.IsHeldAsync(new UserId("bob"), _stop));
    }
}
