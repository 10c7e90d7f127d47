namespace Sametime.Services.Providers.Outbox;

/// <summary>How stored facts are passed on to the event plane. Bound from the section <c>Outbox</c>.</summary>
internal sealed class OutboxOptions
{
    /// <summary>How often to look for facts that nobody told of: those of other processes, above all. Default 1 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long to wait when the store or the plane cannot, or another process forwards, before trying again. Default 1 s.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the position is written down; after a crash this much is told a second time. Default 1 s.</summary>
    public TimeSpan PositionInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the end of a process waits to write the position down. Default 2 s.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(2);
}
