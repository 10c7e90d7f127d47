namespace Sametime.Hub.Logins;

/// <summary>
/// Counts a rate with its burst in two numbers and no timer: it remembers until when the allowance is used up ("theoretical arrival
/// time"), in ticks of the monotonic clock. The default is a full bucket.
/// </summary>
internal struct TokenBucket
{
    private long _usedUntil;

    /// <summary>Takes one token. When there is none it takes nothing and says after how long there will be one.</summary>
    public bool TryTake(Rate rate, TimeProvider time, out TimeSpan wait)
    {
        var now = time.GetTimestamp();
        var perToken = time.TimestampFrequency / rate.PerSecond;
        var start = Math.Max(_usedUntil, now - (perToken * rate.Burst));
        var ahead = start + perToken - now;
        if (ahead > 0)
        {
            wait = time.GetElapsedTime(0, ahead);
            return false;
        }
        _usedUntil = start + perToken;
        wait = TimeSpan.Zero;
        return true;
    }
}
