using Microsoft.Extensions.Logging;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Users.Tokens.Issued;

/// <summary>
/// The keys of the file as they are now: a changed file is read anew, at most once an interval. A file that became unreadable changes
/// nothing but the log. Thread-safe.
/// </summary>
internal sealed partial class TokenKeys
{
    private readonly string _file;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _reading = new();
    private IReadOnlyList<TokenKey> _keys;
    private (DateTime Written, long Bytes) _stamp;
    private long _checkedAt;

    /// <exception cref="StoreException">The file cannot be read.</exception>
    public TokenKeys(string file, TimeSpan interval, TimeProvider time, ILogger log)
    {
        (_file, _interval, _time, _log) = (file, interval, time, log);
        _stamp = Stamp();
        _checkedAt = time.GetTimestamp();
        _keys = TokenKeyFile.Read(file);
    }

    /// <summary>The key that signs now.</summary>
    public TokenKey Signing => Current()[0];

    /// <summary>The key of an id, or null.</summary>
    public TokenKey? Find(uint id) => Current().FirstOrDefault(key => key.Id == id);

    private IReadOnlyList<TokenKey> Current()
    {
        lock (_reading)
        {
            if (_time.GetElapsedTime(_checkedAt) < _interval)
                return _keys;
            _checkedAt = _time.GetTimestamp();
            try
            {
                var stamp = Stamp();
                if (stamp != _stamp)
                {
                    _keys = TokenKeyFile.Read(_file);
                    _stamp = stamp;
                    LogReloaded(_log, _keys.Count, _keys[0].Id);
                }
            }
            catch (StoreException unreadable)
            {
                LogUnreadable(_log, unreadable.Message);
            }

            return _keys;
        }
    }

    private (DateTime Written, long Bytes) Stamp()
    {
        var file = new FileInfo(_file);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    [LoggerMessage(EventId = 1541, EventName = "tokens.keys-changed", Level = LogLevel.Information,
        Message = "The token keys changed: {Keys} keys, {Signing:x8} signs")]
    private static partial void LogReloaded(ILogger log, int keys, uint signing);

    [LoggerMessage(EventId = 1542, EventName = "tokens.keys-unreadable", Level = LogLevel.Error,
        Message = "The token keys changed and cannot be read; the former ones stay in use: {Why}")]
    private static partial void LogUnreadable(ILogger log, string why);
}
