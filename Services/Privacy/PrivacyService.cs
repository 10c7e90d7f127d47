using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Privacy;

/// <summary>
/// Privacy: keeps each user's privacy list for the hubs (S098, S130). A list that cannot be read is a refusal and never "everybody": the
/// hub must not show a user who wants to hide.
/// </summary>
internal sealed partial class PrivacyService(IPrivacyProvider store, PrivacyOptions options, ILogger<PrivacyService> log) : IService
{
    public void Describe(ServiceTable table) => table
        .Answers<LoadPrivacyRequest, PrivacyReply>(LoadAsync)
        .Answers<SavePrivacyRequest, Done>(SaveAsync);

    private async ValueTask<Answer<PrivacyReply>> LoadAsync(LoadPrivacyRequest request, Asker hub, CancellationToken stop)
    {
        try
        {
            return new PrivacyReply(await store.LoadAsync(request.UserId, stop) ?? PrivacyInfo.Everybody);
        }
        catch (StoreException fault)
        {
            LogFailed(log, fault.Message);
            return Reason.ServerNotResponding;
        }
    }

    private async ValueTask<Answer<Done>> SaveAsync(SavePrivacyRequest request, Asker hub, CancellationToken stop)
    {
        var users = request.Privacy.Users;
        if (users.Count > options.UsersMax || users.Any(IsTooLong))
            return Reason.RequestInvalid;
        try
        {
            await store.SaveAsync(request.UserId, request.Privacy, stop);
            return default(Done);
        }
        catch (StoreException fault)
        {
            LogFailed(log, fault.Message);
            return Reason.ServerNotResponding;
        }
    }

    private bool IsTooLong(UserItem user) =>
        user.User.Value.Length > options.TextCharsMax || user.Community.Length > options.TextCharsMax || user.Name?.Length > options.TextCharsMax;

    [LoggerMessage(EventId = 1521, EventName = "privacy.failed", Level = LogLevel.Warning,
        Message = "A privacy list could not be read or stored: {Fault}")]
    private static partial void LogFailed(ILogger log, string fault);
}
