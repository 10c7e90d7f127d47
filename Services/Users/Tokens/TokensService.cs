using System.Net;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Tokens;
using Sametime.Services.Users.Tokens.Issued;

namespace Sametime.Services.Users.Tokens;

/// <summary>
/// Makes tokens on request (S129): for a client on a channel of its own, always for the user that the hub says it is; for a server
/// application, for whom it names. A guest gets none: he has no identity that a token could carry on.
/// </summary>
internal sealed partial class TokensService(TokenIssuer issuer, TokenOptions options, ILogger<TokensService> log) : IService
{
    private const int IssuedForCharsMax = 256;

    private readonly Pace _pace = new(options.IssuesPerSecond, options.IssuesBurst);

    // Local, so that no token of a client ever crosses the broker.
    public void Describe(ServiceTable table) => table
        .Answers<IssueTokenRequest, IssueTokenReply>(IssueAsync)
        .Provides(ServiceTypes.Tokens, ServiceScope.Local, ProtocolTypes.Tokens, ProtocolVersions.Tokens)
        .Opens(Open)
        .OnAsync<TokenRequest>(IssueAsync);

    private static void Open(ServiceChannel channel, Opaque additionalData)
    {
        if (IsGuest(channel.Peer))
            channel.Refuse(Reason.NotAuthorized);
        else
            channel.Accept();
    }

    private static bool IsGuest(LoginInfo login) => string.Equals(login.UserId.Value, login.LoginId, StringComparison.OrdinalIgnoreCase);

    private async ValueTask IssueAsync(ServiceChannel channel, TokenRequest request, CancellationToken stop)
    {
        await channel.WaitTurnAsync(_pace);
        var oneTime = (request.Options & TokenRequestOptions.OneTime) != 0;
        var answer = await IssueAsync(channel.Peer.UserId, oneTime, request.LifetimeSeconds, request.Address, channel.Peer.LoginId, stop);
        channel.Send(answer.IsOk
            ? new TokenReply(request.RequestId, Reason.Success, (ulong)answer.Reply.Expires.ToUnixTimeSeconds(), Opaque.Wrap(answer.Reply.Token))
            : TokenReply.Refused(request.RequestId, answer.Reason));
    }

    private async ValueTask<Answer<IssueTokenReply>> IssueAsync(IssueTokenRequest request, Asker hub, CancellationToken stop)
    {
        if (request.For.Length > IssuedForCharsMax)
            return Reason.RequestInvalid;
        var answer = await IssueAsync(request.UserId, request.OneTime, request.LifetimeSeconds, request.Address, request.For, stop);
        return answer.IsOk
            ? new IssueTokenReply(hub.Seal(answer.Reply.Token), (ulong)answer.Reply.Expires.ToUnixTimeMilliseconds())
            : answer.Reason;
    }

    private async ValueTask<Answer<IssuedToken>> IssueAsync(
        UserId user, bool oneTime, uint lifetimeSeconds, Opaque address, string issuedFor, CancellationToken stop)
    {
        if (address.Length is not (0 or 4 or 16))
            return Reason.RequestInvalid;
        try
        {
            var lifetime = lifetimeSeconds == 0 ? (TimeSpan?)null : TimeSpan.FromSeconds(lifetimeSeconds);
            var token = await issuer.IssueAsync(user, oneTime, lifetime, address.IsEmpty ? null : new IPAddress(address.Span), issuedFor, stop);
            return token is null ? Reason.NoSuchUser : token;
        }
        catch (StoreException fault)
        {
            LogFailed(log, issuedFor, fault.Message);
            return Reason.ServerNotResponding;
        }
    }

    [LoggerMessage(EventId = 1545, EventName = "tokens.not-issued", Level = LogLevel.Warning,
        Message = "A token that {For} asked for could not be made: {Fault}")]
    private static partial void LogFailed(ILogger log, string @for, string fault);
}
