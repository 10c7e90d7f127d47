using Microsoft.Extensions.Logging;
using Sametime.Compose.Settings;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Compact;

namespace Sametime.Compose.Hosting;

/// <summary>
/// The one place where logging is set up: lines for people on a terminal, one JSON object a line otherwise. Everything else
/// sees <see cref="Microsoft.Extensions.Logging.ILogger"/>. Nothing that a user typed, other than names, is ever logged.
/// </summary>
internal static class ProgramLog
{
    private const string Human = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>Logs to standard error, so that standard output stays for what the user asked for.</summary>
    public static ILoggerFactory Create(LogOptions options)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(options.Level)
            .MinimumLevel.Override("MassTransit", options.Level > LogEventLevel.Warning ? options.Level : LogEventLevel.Warning) // it tells of every step
            .Enrich.FromLogContext();
        configuration = Console.IsErrorRedirected
            ? configuration.WriteTo.Async(to => to.Console(new CompactJsonFormatter(), standardErrorFromLevel: LogEventLevel.Verbose))
            : configuration.WriteTo.Async(to => to.Console(
                outputTemplate: Human,
                formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                standardErrorFromLevel: LogEventLevel.Verbose));
        return new SerilogLoggerFactory(configuration.CreateLogger(), dispose: true);
    }
}
