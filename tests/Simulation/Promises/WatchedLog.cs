using Microsoft.Extensions.Logging;

namespace Sametime.Tests.Simulation.Promises;

/// <summary>The log of a process, in which an error is a broken promise: no fault from outside is an error of ours.</summary>
internal sealed class WatchedLog<T>(string process, Ledger ledger) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            ledger.Break($"{process} has logged an error: {formatter(state, exception)} {exception}");
    }
}
