using Microsoft.Extensions.Logging;

namespace Sametime.Tests.Kit.Services;

/// <summary>A logger that keeps what is written.</summary>
public sealed class LogLines : ILogger
{
    public List<(LogLevel Level, string Text, Exception? Error)> Lines { get; } = [];

    public IEnumerable<string> Errors => Lines.Where(static line => line.Level >= LogLevel.Error).Select(static line => line.Text);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        Lines.Add((logLevel, formatter(state, exception), exception));
    }
}
