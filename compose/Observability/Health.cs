namespace Sametime.Compose.Observability;

/// <summary>How a part of a process is.</summary>
internal enum HealthState
{
    /// <summary>Does its work.</summary>
    Ready,

    /// <summary>Does its work for those it can reach, but something it needs is away.</summary>
    Degraded,

    /// <summary>Can do nothing for anybody yet, or any more.</summary>
    NotReady,
}

/// <summary>How a part is, and why it is not better, in one sentence.</summary>
internal readonly record struct Health(HealthState State, string Why = "")
{
    public static Health Ready => new(HealthState.Ready);

    public static Health Degraded(string why) => new(HealthState.Degraded, why);

    public static Health NotReady(string why) => new(HealthState.NotReady, why);
}
