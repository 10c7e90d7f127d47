using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Hub.Community;

namespace Sametime.Hub.Logins;

/// <summary>
/// Empties a hub that is to be stopped, user by user over a while, so that the hubs to which they go are not asked for all of them at
/// once. All logins of a user go together: one left behind would be a double login as soon as the other is back.
/// </summary>
internal sealed class RollingDrain(ILoop loop, OnlineUsers online, LoginAdmission admission, LoginEnding ending, HubFacts facts, HubOptions options)
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly Queue<User> _waiting = [];
    private long _begun;
    private int _users;
    private TimeSpan _window;
    private int? _logins;
    private IDisposable? _next;

    /// <summary>How far it is; null when none was asked for.</summary>
    public DrainProgress? Progress => _logins is { } logins ? new DrainProgress(logins, online.LoginCount) : null;

    /// <summary>
    /// Begins: nobody is let in any more, and who is in is sent away, spread evenly over <paramref name="window"/>. Asked again, it goes on
    /// with those who are left, over the new window.
    /// </summary>
    /// <param name="window">Zero is at once.</param>
    /// <param name="actor">Who asked.</param>
    public void Begin(TimeSpan window, string actor)
    {
        _next?.Dispose();
        if (_logins is null)
        {
            _logins = online.LoginCount;
            admission.Close(Reason.ServerNotResponding);
            facts.HubDrained(options.Number, actor, online.LoginCount);
        }

        _waiting.Clear();
        foreach (var user in online.Logins.Select(login => login.User).Distinct())
            _waiting.Enqueue(user);
        (_window, _users, _begun) = (window, _waiting.Count, loop.Time.GetTimestamp());
        GoOn();
    }

    // As many as are due by now. The last is due one step before the end of the window at the latest, so that its end is kept.
    private void GoOn()
    {
        var part = _window <= Step ? 1 : (loop.Time.GetElapsedTime(_begun) + Step) / _window;
        var left = _users - (int)Math.Min(_users, Math.Ceiling(_users * part));
        while (_waiting.Count > left)
        {
            foreach (var login in _waiting.Dequeue().Logins.ToArray())
                ending.End(login, Reason.ConnectionClosed);
        }

        _next = _waiting.Count > 0 ? loop.Schedule(Step, GoOn) : null;
    }
}

/// <summary>How far a drain is.</summary>
/// <param name="Logins">How many there were when it began.</param>
/// <param name="Left">How many are left; at zero it is done.</param>
internal sealed record DrainProgress(int Logins, int Left);
