using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Hub.Logins;
using Sametime.Hub.Providing;

namespace Sametime.Hub.Capture;

/// <summary>
/// Has the captured facts stored: one question at a time, while the next facts gather, so that all that was said meanwhile costs one
/// commit. A question that fails is asked again of the next provider, this hub's before another hub's; the same facts may come twice there.
/// </summary>
internal sealed class CaptureRequests : ITurnEnd
{
    private readonly ILoop _loop;
    private readonly CaptureStream _stream;
    private readonly ServiceDirectory _services;
    private readonly Requests _requests;
    private readonly LoginIds _ids;
    private readonly HubOptions _options;
    private readonly ILogger _log;
    private readonly List<Participant> _failed = [];
    private bool _isAsking;
    private bool _isTurnEndComing;
    private IDisposable? _retry;
    private IDisposable? _deadline;
    private long _lastStoredAt;

    public CaptureRequests(ILoop loop, CaptureStream stream, ServiceDirectory services, Requests requests, LoginIds ids, HubOptions options, ILogger log)
    {
        (_loop, _stream, _services, _requests, _ids, _options, _log) = (loop, stream, services, requests, ids, options, log);
        stream.Added = OnAdded;
    }

    /// <summary>Facts have waited as long as they may, and nothing has been stored meanwhile or since.</summary>
    public bool IsFailing { get; private set; }

    /// <summary>Runs with the number of the newest fact that is stored.</summary>
    public Action<long> Stored { get; set; } = static _ => { };

    /// <summary>Runs when facts begin to have waited too long.</summary>
    public Action Failed { get; set; } = static () => { };

    /// <summary>A service can be had, of an application more than before.</summary>
    public void OnProvided(ServiceType service)
    {
        if (service != CommunityServices.ChatLogging)
            return;
        _failed.Clear();
        _retry?.Dispose();
        _retry = null;
        AskAtTurnEnd();
    }

    public void OnTurnEnd()
    {
        _isTurnEndComing = false;
        Ask();
    }

    private void OnAdded()
    {
        AskAtTurnEnd();
        Watch();
    }

    private void Watch()
    {
        if (!IsFailing && _stream.Count > 0)
            _deadline ??= _loop.Schedule(_options.Limits.CaptureTimeout, CheckDeadline);
    }

    // Not at once: what else this turn brings goes with it.
    private void AskAtTurnEnd()
    {
        if (_isAsking || _isTurnEndComing || _retry is not null)
            return;
        _isTurnEndComing = true;
        _loop.Defer(this);
    }

    private void Ask()
    {
        if (_isAsking || _stream.Count == 0)
            return;

        _retry?.Dispose();
        _retry = null;
        if (_services.Choose(CommunityServices.ChatLogging, ServiceReach.Everywhere, _failed) is { } provider)
        {
            _isAsking = true;
            var facts = _stream.Batch();
            _requests.Ask<CaptureRequest, Done>(
                provider, new CaptureRequest(_options.Number, _ids.Incarnation, facts), (reason, _) => OnAnswer(provider, facts[^1].Sequence, reason));
        }
        else if (_failed.Count > 0)
        {
            _failed.Clear();
            _retry = _loop.Schedule(_options.Limits.CaptureRetry, Ask);
        }
    }

    private void OnAnswer(Provider provider, long last, Reason reason)
    {
        _isAsking = false;
        if (reason != Reason.Success)
        {
            _failed.Add(provider);
            Ask();
            return;
        }

        _failed.Clear();
        _stream.OnStored(last);
        if (IsFailing)
            HubLog.CaptureGoesOn(_log, provider.Name, _stream.Count);
        IsFailing = false;
        _lastStoredAt = _loop.Time.GetTimestamp();
        Watch();
        Ask();
        Stored(last);
    }

    private void CheckDeadline()
    {
        _deadline = null;
        if (_stream.WaitingSince is not { } since)
            return;
        var left = _options.Limits.CaptureTimeout - _loop.Time.GetElapsedTime(Math.Max(since, _lastStoredAt));
        if (left > TimeSpan.Zero)
        {
            _deadline = _loop.Schedule(left, CheckDeadline);
            return;
        }
        IsFailing = true;
        HubLog.CaptureStands(_log, _options.Limits.CaptureTimeout, _stream.Count);
        Failed();
    }
}
