using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Retention;

/// <summary>Applies retention when it starts and then again and again. Every process of a community may have one: they notice each other and one of them goes on.</summary>
internal sealed partial class RetentionSchedule : IAsyncDisposable
{
    private readonly EventRetention _retention;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    public RetentionSchedule(EventRetention retention, TimeSpan interval, TimeProvider time, ILogger<RetentionSchedule> log)
    {
        (_retention, _interval, _time, _log) = (retention, interval, time, log);
        _loop = interval > TimeSpan.Zero ? Task.Run(RunAsync) : Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                foreach (var removed in await _retention.ApplyAsync(_time.GetUtcNow(), _stopping.Token))
                    LogRemoved(_log, removed.Events, removed.Class, removed.Before);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (StoreException failure)
            {
                LogFailed(_log, failure.Message);
            }

            await Task.Delay(_interval, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(EventId = 1828, EventName = "retention.applied", Level = LogLevel.Information,
        Message = "{Events} events of class {Class} recorded before {Before} were removed")]
    private static partial void LogRemoved(ILogger log, long events, EventClass @class, DateTimeOffset before);

    [LoggerMessage(EventId = 1829, EventName = "retention.failed", Level = LogLevel.Warning,
        Message = "Events past their time stay until the next attempt: {Why}")]
    private static partial void LogFailed(ILogger log, string why);
}
