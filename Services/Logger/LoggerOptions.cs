using Sametime.Contracts.Events;

namespace Sametime.Services.Logger;

/// <summary>Which facts of hubs and other processes are recorded. Bound from the section <c>Logger</c>.</summary>
internal sealed class LoggerOptions
{
    /// <summary>Record facts at all. Default true. What users and administrators change is an event of the store in any case.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Record logins, logouts, statuses, services, hubs and channels. Default true.</summary>
    public bool Community { get; set; } = true;

    /// <summary>Record refused logins and whatever else was done for security. Default true.</summary>
    public bool Security { get; set; } = true;

    /// <summary>Record what hubs count. Default true.</summary>
    public bool Statistics { get; set; } = true;

    /// <summary>Facts recorded at once, at most; no more than the store takes in one commit. Default 1,000.</summary>
    public int BatchEventsMax { get; set; } = 1_000;

    /// <summary>How long to wait before a store that is away is tried again; what comes meanwhile waits on the event plane. Default 1 s.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether events of a class are recorded.</summary>
    public bool Takes(EventClass kind) => kind switch
    {
        EventClass.Community => Community,
        EventClass.Security => Security,
        EventClass.Statistics => Statistics,
        EventClass.Chat => false, // Chat Logging does, from those who speak and not from the plane
        _ => true,
    };
}
