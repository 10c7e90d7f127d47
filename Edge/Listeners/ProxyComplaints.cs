using System.Net;

namespace Sametime.Edge.Listeners;

/// <summary>
/// Tells the operator of PROXY headers that are missing or come from where none may. A balancer that is set up wrongly errs with
/// every connection, so each kind is said once a minute, with how many there were.
/// </summary>
internal sealed class ProxyComplaints(EdgeClock clock, EdgeLog log)
{
    private const int QuietSeconds = 60;

    private Kind _refused;
    private Kind _strange;

    /// <summary>A connection of a listed balancer came without a good header.</summary>
    public void HeaderRefused(IPAddress balancer, string why)
    {
        if (_refused.IsDue(clock.Now, out var count))
        {
            log.ProxyHeaderRefused(balancer, why, count);
        }
    }

    /// <summary>A header came from somebody who is not listed.</summary>
    public void HeaderFromStranger(IPAddress? address)
    {
        if (_strange.IsDue(clock.Now, out var count))
        {
            log.ProxyHeaderFromStranger(address, count);
        }
    }

    private struct Kind
    {
        private int? _saidAt;
        private long _count;

        public bool IsDue(int now, out long count)
        {
            count = ++_count;
            if (_saidAt is { } said && now - said < QuietSeconds)
            {
                return false;
            }

            _saidAt = now;
            _count = 0;
            return true;
        }
    }
}
