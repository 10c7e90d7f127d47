using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;

namespace Sametime.Services.BuddyList.OtherHubs;

/// <summary>
/// What is wanted of one other hub: the users whom somebody here watches and who are online there, each once however many watch him, and
/// the one channel on which they are subscribed to.
/// </summary>
internal sealed class Subscription(LoginId hub)
{
    /// <summary>The hub's own login.</summary>
    public LoginId Hub { get; } = hub;

    public HashSet<string> Wanted { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Wanted, and the other end has still to be told; while the channel is open only.</summary>
    public HashSet<string> ToSubscribe { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>No longer wanted, and the other end has still to be told.</summary>
    public HashSet<string> ToUnsubscribe { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Open, or asked for; null between two attempts.</summary>
    public ServiceChannel? Channel { get; set; }

    /// <summary>The next attempt to open the channel.</summary>
    public IDisposable? Retry { get; set; }

    /// <summary>How long the last attempt was waited for; zero when the channel has worked since.</summary>
    public TimeSpan RetryDelay { get; set; }

    /// <summary>When what was known before the channel broke is given up.</summary>
    public IDisposable? GiveUp { get; set; }

    /// <summary>More users than are allowed were to be wanted; said in the log once.</summary>
    public bool IsFull { get; set; }

    public bool IsOpen => Channel is { IsOpen: true };

    public void StopTimers()
    {
        Retry?.Dispose();
        GiveUp?.Dispose();
        Retry = GiveUp = null;
    }
}
