using Microsoft.Extensions.Logging;

namespace Sametime.Broker.Events;

/// <summary>
/// Where MassTransit says what it meets. It takes each message that a broken connection cut off for an error and tells it with a stack. Of one
/// that was not sent the sender knows, says so once, and sends it again until it is taken. One that was handled, and whose handling could not be
/// confirmed any more, is still in its queue: it comes again, and is known by its number. So neither is an error, and nothing is lost.
/// </summary>
internal sealed class BusLogs(ILoggerFactory logs) : ILoggerFactory
{
    private const string NotSent = "S-FAULT ";
    private const string NotConfirmed = "T-FAULT ";

    public void AddProvider(ILoggerProvider provider) => logs.AddProvider(provider);

    public ILogger CreateLogger(string categoryName) => new Log(logs.CreateLogger(categoryName));

    // The factory is the program's.
    public void Dispose()
    {
    }

    private sealed class Log(ILogger log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Log(IsCutOff(state) ? LogLevel.Debug : logLevel, eventId, state, exception, formatter);

        private static bool IsCutOff<TState>(TState state) => state is IReadOnlyList<KeyValuePair<string, object?>> words
            && words.Any(word => word is { Key: "{OriginalFormat}", Value: string text }
                && (text.StartsWith(NotSent, StringComparison.Ordinal) || text.StartsWith(NotConfirmed, StringComparison.Ordinal)));
    }
}
