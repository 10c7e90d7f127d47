using Microsoft.Extensions.Logging;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Users.Tokens;

/// <summary>
/// What some files hold, as they are now: files that changed are read anew, looked at once an interval at most. Files that became
/// unreadable change nothing but the log. Thread-safe.
/// </summary>
internal sealed partial class WatchedFiles<T>
    where T : class
{
    private readonly IReadOnlyList<string> _files;
    private readonly Func<T> _read;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _reading = new();
    private T _content;
    private string _stamp;
    private long _checkedAt;

    /// <param name="files">The files.</param>
    /// <param name="read">Reads them all; fails with a <see cref="StoreException"/>.</param>
    /// <param name="interval">How often they are looked at.</param>
    /// <param name="time">What time it is.</param>
    /// <param name="log">Where it says that they changed.</param>
    /// <exception cref="StoreException">They cannot be read.</exception>
    public WatchedFiles(IReadOnlyList<string> files, Func<T> read, TimeSpan interval, TimeProvider time, ILogger log)
    {
        (_files, _read, _interval, _time, _log) = (files, read, interval, time, log);
        _stamp = Stamp();
        _checkedAt = time.GetTimestamp();
        _content = read();
    }

    public T Current
    {
        get
        {
            lock (_reading)
            {
                if (_time.GetElapsedTime(_checkedAt) >= _interval)
                    Look();
                return _content;
            }
        }
    }

    private void Look()
    {
        _checkedAt = _time.GetTimestamp();
        var stamp = Stamp();
        if (stamp == _stamp)
            return;
        _stamp = stamp;
        try
        {
            _content = _read();
            LogChanged(_log, _files);
        }
        catch (StoreException unreadable)
        {
            LogUnreadable(_log, unreadable.Message);
        }
    }

    private string Stamp() => string.Join('|', _files.Select(static name => new FileInfo(name)).Select(static file =>
        file.Exists ? $"{file.LastWriteTimeUtc.Ticks} {file.Length}" : "none"));

    [LoggerMessage(EventId = 1541, EventName = "tokens.keys-changed", Level = LogLevel.Information,
        Message = "The keys of tokens in {Files} changed and count from now on")]
    private static partial void LogChanged(ILogger log, IReadOnlyList<string> files);

    [LoggerMessage(EventId = 1542, EventName = "tokens.keys-unreadable", Level = LogLevel.Error,
        Message = "The keys of tokens changed and cannot be read; the former ones stay in use: {Why}")]
    private static partial void LogUnreadable(ILogger log, string why);
}
