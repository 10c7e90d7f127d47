namespace Sametime.Broker.Events;

/// <summary>What a replay onto the broker makes there, and how much it may hold.</summary>
public sealed class ReplayExchangeOptions
{
    /// <summary>Events that its queue holds; a replay of more ends with a sentence, and goes on when somebody has consumed some.</summary>
    public int QueueEventsMax { get; set; } = 1_000_000;

    /// <summary>How long queue and exchange stay when nobody uses them.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Events that the broker may leave unconfirmed.</summary>
    public int InFlightMax { get; set; } = 256;

    /// <summary>How long the broker may take to confirm one.</summary>
    public TimeSpan ConfirmTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
