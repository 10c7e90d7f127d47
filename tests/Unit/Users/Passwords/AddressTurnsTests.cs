using System.Net;
using Sametime.Services.Users.Passwords;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Users.Passwords;

public sealed class AddressTurnsTests
{
    private static readonly IPAddress Office = IPAddress.Parse("192.0.2.1");

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly AddressTurns _turns = new(new PasswordOptions { ChecksAtOncePerAddress = 2 });

    [Fact]
    public async Task Who_waits_gets_his_turn_in_the_order_they_came()
    {
        var (first, second) = (await _turns.EnterAsync(Office, _stop), await _turns.EnterAsync(Office, _stop));
        var third = _turns.EnterAsync(Office, _stop).AsTask();
        var fourth = _turns.EnterAsync(Office, _stop).AsTask();
        Assert.False(third.IsCompleted || fourth.IsCompleted);

        first.Dispose();
        first.Dispose(); // a turn is given back once
        using var third1 = await third.ForAsync("the third has his turn", CancellationToken.None);
        Assert.False(fourth.IsCompleted);
        second.Dispose();
        using var fourth1 = await fourth.ForAsync("the fourth has his turn", CancellationToken.None);
    }

    [Fact]
    public async Task One_address_waits_for_no_other_and_all_are_forgotten_at_their_end()
    {
        IPAddress[] addresses = [Office, IPAddress.Parse("192.0.2.2"), IPAddress.Parse("2001:db8::1")];
        var turns = new List<IDisposable>();
        foreach (var address in addresses.Concat(addresses))
            turns.Add(await _turns.EnterAsync(address, _stop).AsTask().ForAsync("an address has its turns", CancellationToken.None));
        Assert.Equal(3, _turns.Addresses);

        turns.ForEach(static turn => turn.Dispose());
        Assert.Equal(0, _turns.Addresses);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public async Task Turns_of_those_who_gave_up_while_they_waited_go_to_the_others(int givingUp)
    {
        for (var time = 1; time <= 2; time++)
        {
            IDisposable[] running = [await _turns.EnterAsync(Office, _stop), await _turns.EnterAsync(Office, _stop)];
            using var gaveUp = new CancellationTokenSource();
            var lost = Enumerable.Range(0, givingUp).Select(_ => _turns.EnterAsync(Office, gaveUp.Token).AsTask()).ToArray();
            var waiting = Enumerable.Range(0, 3).Select(_ => _turns.EnterAsync(Office, _stop).AsTask()).ToArray();
            await gaveUp.CancelAsync();
            foreach (var one in lost)
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.ForAsync("who gives up hears of it", CancellationToken.None));

            foreach (var turn in running)
                turn.Dispose();
            foreach (var one in waiting)
                (await one.ForAsync("those who went on waiting have their turns", CancellationToken.None)).Dispose();

            Assert.Equal(0, _turns.Addresses);
        }
    }

    [Fact]
    public async Task When_everybody_who_waited_has_given_up_the_address_is_as_before()
    {
        IDisposable[] running = [await _turns.EnterAsync(Office, _stop), await _turns.EnterAsync(Office, _stop)];
        using var gaveUp = new CancellationTokenSource();
        var lost = Enumerable.Range(0, 8).Select(_ => _turns.EnterAsync(Office, gaveUp.Token).AsTask()).ToArray();
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(lost).ForAsync("who gives up hears of it", CancellationToken.None));
        var late = _turns.EnterAsync(Office, gaveUp.Token).AsTask(); // and one who had given up before he came
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late.ForAsync("who gives up hears of it", CancellationToken.None));

        foreach (var turn in running)
            turn.Dispose();
        Assert.Equal(0, _turns.Addresses);

        using var one = await _turns.EnterAsync(Office, _stop).AsTask().ForAsync("the next has his turn", CancellationToken.None);
        using var two = await _turns.EnterAsync(Office, _stop).AsTask().ForAsync("the next but one has his", CancellationToken.None);
    }
}
