namespace Sametime.Compose.Observability;

/// <summary>What a process lets others see of itself. All of it is off by default.</summary>
internal sealed class ObservabilityOptions
{
    /// <summary>
    /// Where metrics (<c>/metrics</c>, as Prometheus reads them) and health (<c>/health/startup</c>, <c>/health/live</c>,
    /// <c>/health/ready</c>) are served over HTTP, as address:port. Empty: nowhere. Nothing personal is shown, and nobody is asked who he is:
    /// choose an address that only your monitoring reaches.
    /// </summary>
    public string Listen { get; set; } = "";

    /// <summary>Where metrics and traces are sent by OTLP over gRPC, e.g. <c>http://collector:4317</c>. Empty: nowhere.</summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <summary>A loop that does not answer within this time is not alive.</summary>
    public TimeSpan LiveWithin { get; set; } = TimeSpan.FromSeconds(2);
}
