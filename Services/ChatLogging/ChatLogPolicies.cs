using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;

namespace Sametime.Services.ChatLogging;

/// <summary>
/// Tells the hub how conversations are logged: at each connect, and when the policy has changed, by whichever process (S142). The store is
/// asked each time, so that of two changes the last one counts, in whatever order they were heard.
/// </summary>
internal sealed partial class ChatLogPolicies(IChatLogProvider provider, ChatLogOptions options, ILogger<ChatLogPolicies> log) : IEventSubscriber
{
    private ServerApplication? _application;
    private ChatLogPolicy? _known;
    private bool _isAsking;
    private bool _isToBeAskedAgain;
    private bool _isFailing;

    public void Describe(ServiceTable table)
    {
        _application = table.Application;
        table.Connects(OnConnected);
    }

    /// <summary>Facts of the store; may come on any thread.</summary>
    public ValueTask OnEventsAsync(IReadOnlyList<EventEnvelope> batch, CancellationToken stop)
    {
        if (batch.Any(fact => fact.Payload is ChatLogPolicySet))
            _application?.Loop.Post(Ask);
        return ValueTask.CompletedTask;
    }

    // What was known when the link was lost is told at once: conversations do not wait for the store.
    private void OnConnected()
    {
        if (_known is { } known)
            Tell(known);
        Ask();
    }

    private void Ask()
    {
        _isToBeAskedAgain = true;
        if (!_isAsking)
            _ = AskAsync(); // every exception ends inside
    }

    private async Task AskAsync()
    {
        _isAsking = true;
        while (_isToBeAskedAgain)
        {
            _isToBeAskedAgain = false;
            try
            {
                var policy = await provider.LoadPolicyAsync(CancellationToken.None);
                _isFailing = false;
                if (policy != _known)
                    Tell(policy);
                _known = policy;
            }
            catch (Exception failure)
            {
                // Also a bug of the provider: whoever stopped asking now would keep the policy of today until a restart.
                if (!_isFailing)
                    LogUnknown(log, failure.Message);
                _isFailing = true;
                _ = _application!.Loop.Schedule(options.PolicyRetryDelay, Ask);
            }
        }

        _isAsking = false;
    }

    private void Tell(ChatLogPolicy policy)
    {
        _application!.Tell(new CapturePolicy(policy.Mode, policy.Encrypted));
        LogTold(log, policy.Mode, policy.Encrypted);
    }

    [LoggerMessage(EventId = 1711, EventName = "chatlog.policy-told", Level = LogLevel.Information,
        Message = "Conversations are logged: {Mode}; encryption between clients: {Encrypted}")]
    private static partial void LogTold(ILogger log, ChatLogMode mode, EncryptedChat encrypted);

    [LoggerMessage(EventId = 1712, EventName = "chatlog.policy-unknown", Level = LogLevel.Warning,
        Message = "How conversations are to be logged cannot be read now, and is asked for again: {Why}")]
    private static partial void LogUnknown(ILogger log, string why);
}
