using Sametime.Contracts.Events;

namespace Sametime.Services.Providers.Retention;

/// <summary>How long what was recorded of a class of events is kept. Bound from the section <c>Retention</c>; 0 keeps for ever.</summary>
internal sealed class RetentionOptions
{
    /// <summary>Logins, logouts, statuses, services, hubs and channels. Default 400 days.</summary>
    public TimeSpan Community { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Refused logins and whatever else was done for security. Default 400 days.</summary>
    public TimeSpan Security { get; set; } = TimeSpan.FromDays(400);

    /// <summary>What hubs count. Default 90 days.</summary>
    public TimeSpan Statistics { get; set; } = TimeSpan.FromDays(90);

    /// <summary>What people said. Default 0: for ever.</summary>
    public TimeSpan Chat { get; set; }

    /// <summary>How often the services remove what is past its time, from their start on. Default 1 day; 0: never, only the command does.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Events that one transaction removes, at most. Default 1,000.</summary>
    public int EventsAtOnceMax { get; set; } = 1_000;

    /// <summary>How long events of a class are kept; zero for ever.</summary>
    public TimeSpan Of(EventClass kind) => kind switch
    {
        EventClass.Community => Community,
        EventClass.Security => Security,
        EventClass.Statistics => Statistics,
        EventClass.Chat => Chat,
        _ => TimeSpan.Zero,
    };
}
