using Microsoft.Extensions.Logging;

namespace Sametime.Broker.Events;

/// <summary>
/// Where MassTransit says what it meets. It takes each message that was not sent for an error and tells it with a stack. Whoever sends here
/// knows of it, says so once, and sends the message again until it is taken; so it is no error, and nothing is lost with it.
/// </summary>
internal sealed class BusLogs(ILoggerFactory logs) : ILoggerFactory
{
    private const string NotSent = "S-FAULT ";

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
            log.Log(IsNotSent(state) ? LogLevel.Debug : logLevel, eventId, state, exception, formatter);

        private static bool IsNotSent<TState>(TState state) => state is IReadOnlyList<KeyValuePair<string, object?>> words
            && words.Any(word => word is { Key: "{OriginalFormat}", Value: string text } && text.StartsWith(NotSent, StringComparison.Ordinal));
    }
}
