using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sametime.Tests.Kit.Services;

/// <summary>A logger that keeps what is written, also by several threads at once.</summary>
public class LogLines : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text, Exception? Error)> _lines = new();

    public IReadOnlyCollection<(LogLevel Level, string Text, Exception? Error)> Lines => _lines;

    public IEnumerable<string> Errors => Lines.Where(static line => line.Level >= LogLevel.Error).Select(static line => line.Text);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        _lines.Enqueue((logLevel, formatter(state, exception), exception));
    }
}

/// <inheritdoc/>
/// <typeparam name="T">Who writes.</typeparam>
public sealed class LogLines<T> : LogLines, ILogger<T>;
