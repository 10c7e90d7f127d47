using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Exceptions;

namespace Sametime.Broker.Events;

/// <summary>
/// Where MassTransit says what it meets. It takes each message that a broken connection cut off for an error and tells it with a stack. Of one
/// that was not sent the sender knows, says so once, and sends it again until it is taken. One that was handled, and whose handling could not be
/// confirmed any more, is still in its queue: it comes again, and is known by its number. So neither is an error, and nothing is lost. That the
/// connection is gone is worth a warning: it is made anew without anybody's help.
/// </summary>
internal sealed class BusLogs(ILoggerFactory logs) : ILoggerFactory
{
    private const string NotSent = "S-FAULT ";
    private const string NotConfirmed = "T-FAULT ";
    private const string NotHandled = "R-FAULT ";

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

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var level = LevelOf(logLevel, state, exception);
            if (log.IsEnabled(level))
                log.Log(level, eventId, state, exception, formatter);
        }

        private static LogLevel LevelOf<TState>(LogLevel said, TState state, Exception? exception)
        {
            if (said < LogLevel.Error)
                return said;
            if (Begins(state, NotSent) || Begins(state, NotConfirmed))
                return LogLevel.Debug;
            return exception is OperationInterruptedException && !Begins(state, NotHandled) ? LogLevel.Warning : said;
        }

        private static bool Begins<TState>(TState state, string text) => state is IReadOnlyList<KeyValuePair<string, object?>> words
            && words.Any(word => word is { Key: "{OriginalFormat}", Value: string format } && format.StartsWith(text, StringComparison.Ordinal));
    }
}
