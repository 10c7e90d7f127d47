using Serilog.Events;

namespace Sametime.Compose.Settings;

/// <summary>What is logged.</summary>
internal sealed class LogOptions
{
    /// <summary>The least level that is written.</summary>
    public LogEventLevel Level { get; set; } = LogEventLevel.Information;
}
