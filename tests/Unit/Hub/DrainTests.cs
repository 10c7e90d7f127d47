using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>Emptying a hub over a while.</summary>
public sealed class DrainTests : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly HubScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Logins_leave_evenly_over_the_window_with_a_reason_to_come_back()
    {
        var clients = LogIn(20);
        var left = new List<int>();

        _scene.Loop.Run(() => _scene.Hub.Drain(Window, "root"));
        left.Add(_scene.Hub.Draining!.Left);
        for (var second = 1; second < Window.TotalSeconds; second++)
        {
            _scene.Loop.Advance(TimeSpan.FromSeconds(1));
            left.Add(_scene.Hub.Draining.Left);
        }

        Assert.Equal(Enumerable.Range(1, 10).Select(step => 20 - 2 * step), left);
        Assert.All(clients, client => Assert.Equal(Reason.ConnectionClosed, client.EndedBecause));
        Assert.Equal(20, _scene.Hub.Draining.Logins);
        Assert.Equal(0, _scene.Loop.TimerCount);
    }

    [Fact]
    public void Nobody_is_let_in_meanwhile()
    {
        LogIn(2);

        _scene.Loop.Run(() => _scene.Hub.Drain(Window, "root"));

        Assert.Equal(Reason.ServerNotResponding, _scene.Edge.Attach("late").EndedBecause);
        Assert.Equal(1, _scene.Hub.Draining!.Left);
    }

    [Fact]
    public void All_logins_of_a_user_leave_together()
    {
        var clients = Enumerable.Range(0, 6).Select(n => _scene.LogIn($"user{n / 2}")).ToArray();

        _scene.Loop.Run(() => _scene.Hub.Drain(TimeSpan.FromSeconds(3), "root"));

        Assert.Equal([true, true, false, false, false, false], clients.Select(client => client.EndedBecause is not null));
        _scene.Loop.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([true, true, true, true, false, false], clients.Select(client => client.EndedBecause is not null));
    }

    [Fact]
    public void Who_asks_again_may_hurry_it_and_it_is_one_drain()
    {
        var clients = LogIn(5);
        _scene.Loop.Run(() => _scene.Hub.Drain(TimeSpan.FromHours(1), "root"));

        _scene.Loop.Run(() => _scene.Hub.Drain(TimeSpan.Zero, "root"));

        Assert.All(clients, client => Assert.Equal(Reason.ConnectionClosed, client.EndedBecause));
        Assert.Equal(5, _scene.Hub.Draining!.Logins);
        Assert.Equal(new HubDrained(1, "root", 5), Assert.Single(_scene.Events.Of<HubDrained>()));
    }

    [Fact]
    public void Who_asks_again_half_way_gives_those_who_are_left_another_window()
    {
        LogIn(20);
        _scene.Loop.Run(() => _scene.Hub.Drain(Window, "root"));
        _scene.Loop.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(10, _scene.Hub.Draining!.Left);

        _scene.Loop.Run(() => _scene.Hub.Drain(2 * Window, "somebody else"));
        Assert.Equal((9, 1), (_scene.Hub.Draining.Left, _scene.Loop.TimerCount));
        _scene.Loop.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal((20, 5), (_scene.Hub.Draining.Logins, _scene.Hub.Draining.Left));
        _scene.Loop.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((20, 0), (_scene.Hub.Draining.Logins, _scene.Hub.Draining.Left));
        Assert.Equal(new HubDrained(1, "root", 20), Assert.Single(_scene.Events.Of<HubDrained>()));
    }

    [Fact]
    public void An_empty_hub_is_drained_at_once()
    {
        Assert.Null(_scene.Hub.Draining);

        _scene.Loop.Run(() => _scene.Hub.Drain(Window, "root"));

        Assert.Equal((0, 0), (_scene.Hub.Draining!.Logins, _scene.Hub.Draining.Left));
        Assert.Equal(0, _scene.Loop.TimerCount);
    }

    private FakeClient[] LogIn(int count) => [.. Enumerable.Range(0, count).Select(n => _scene.LogIn($"user{n}"))];
}
