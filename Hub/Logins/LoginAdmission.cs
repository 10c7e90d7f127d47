using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Sametime.Contracts.Wire.Session;
using Sametime.Hub.Clique;
using Sametime.Hub.Community;
using Sametime.Hub.Homes;
using Sametime.Hub.Providing;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Logins;

/// <summary>
/// Lets logins in: the Users application says who it is, Privacy whom he hides from, then he is told that he is in. Who belongs to
/// another hub is sent there in the place of it, which his client does not notice. While one of the two applications is away the login waits for it, up to a limit; the hub itself never decides who anybody is.
/// </summary>
internal sealed class LoginAdmission(
    ILoop loop,
    ServiceDirectory services,
    Requests requests,
    OnlineUsers online,
    LoginIds ids,
    Homes.Homes homes,
    MachineRule machines,
    LoginEnding ending,
    Outbox outbox,
    CommunityEvents community,
    HubFacts facts,
    HubOptions options,
    HubCounters counters,
    ILogger log)
{
    private readonly Dictionary<Login, LoginAttempt> _undecided = [];

    /// <summary>When set, nobody is let in any more, for this reason.</summary>
    private Reason? _closed;

    public int UndecidedCount => _undecided.Count;

    public void Begin(Login login, Attach attach)
    {
        var secret = login.Link!.Open(attach.SealedCredential);
        var attempt = new LoginAttempt(login, attach, secret ?? []);
        _undecided.Add(login, attempt);
        if (secret is null)
            Refuse(attempt, Reason.ServerBroken);
        else if (_closed is { } closed && !homes.HasOthers)
            Refuse(attempt, closed);
        else if (_undecided.Count > options.Limits.UndecidedLoginsMax)
            Refuse(attempt, Reason.ServerFull);
        else
        {
            login.Deadline = loop.Schedule(options.Limits.LoginDecision, () => Refuse(attempt, Reason.ServerNotResponding));
            GoOn(attempt);
        }
    }

    /// <summary>Lets nobody in any more, those neither who wait already. Who comes later and may be at another hub is sent there.</summary>
    public void Close(Reason reason)
    {
        _closed = reason;
        foreach (var attempt in _undecided.Values.ToArray())
            Refuse(attempt, reason);
    }

    /// <summary>Refuses whoever is this user and not in yet.</summary>
    public void Refuse(UserId user, Reason reason)
    {
        foreach (var attempt in _undecided.Values.Where(attempt => attempt.Who?.UserId == user).ToArray())
            Refuse(attempt, reason);
    }

    /// <summary>The client has gone before it was decided.</summary>
    public void Abandon(Login login)
    {
        if (_undecided.TryGetValue(login, out var attempt))
            Forget(attempt);
    }

    /// <summary>An Edge is lost with everybody who waited behind it.</summary>
    public void Abandon(EdgeNode edge)
    {
        foreach (var attempt in _undecided.Values.Where(attempt => attempt.Login.Edge == edge).ToArray())
            Forget(attempt);
    }

    /// <summary>An application that logins may have waited for is there.</summary>
    public void OnProvided(ServiceType service)
    {
        if (service != CommunityServices.Users && service != CommunityServices.Privacy)
            return;
        foreach (var attempt in _undecided.Values.Where(attempt => !attempt.IsAsking).ToArray())
            GoOn(attempt);
    }

    private void GoOn(LoginAttempt attempt)
    {
        if (attempt.Who is null)
            AskWho(attempt);
        else
            AskPrivacy(attempt, attempt.Who);
    }

    private void AskWho(LoginAttempt attempt)
    {
        if (services.Choose(CommunityServices.Users) is not { } users)
            return;

        var attach = attempt.Attach;
        var request = new AuthenticateRequest(
            attach.LoginName, attach.CredentialKind, users.Link!.Seal(attempt.Secret), attach.Address, attach.ClientType, attach.Security,
            attach.Attempt);
        Ask<AuthenticateRequest, AuthenticateReply>(attempt, users, request, (reason, who) =>
        {
            if (who is null)
            {
                Refuse(attempt, reason);
                return;
            }
            attempt.Who = who;
            if (IsToStay(attempt, who))
                GoOn(attempt);
        });
    }

    // A guest has no home, and is nowhere else.
    private bool IsToStay(LoginAttempt attempt, AuthenticateReply who)
    {
        var isOpen = _closed is null;
        var decision = isOpen && who.UserId.IsEmpty ? HomeDecision.Here : homes.Decide(who.UserId, who.HomeHub, attempt.Attach.Redirects, isOpen);
        if (decision.Elsewhere is { } hub)
        {
            SendOn(attempt, who.UserId, hub);
        }
        else if (!decision.IsHere)
        {
            if (isOpen)
                HubLog.HomeNotLive(log, who.HomeHub);
            Refuse(attempt, _closed ?? Reason.ServerNotResponding);
        }
        return decision.IsHere;
    }

    private void SendOn(LoginAttempt attempt, UserId user, HubPeer hub)
    {
        // While this hub drains he may still be in here; at both he would be a double login.
        if (online.TryGetUser(user, out var here))
        {
            foreach (var login in here.Logins.ToArray())
                ending.End(login, Reason.ConnectionClosed);
        }

        Forget(attempt);
        counters.LoginsRedirected++;
        facts.LoginRedirected(user, options.Number, hub.Number);

        // For its handle that is the end; it was never in here, so nobody else has to hear of it.
        attempt.Login.End();
        attempt.Login.Link!.Send(attempt.Login.Handle, new Redirect(hub.Number, hub.Name, [.. hub.LinkAddresses]));
    }

    private void AskPrivacy(LoginAttempt attempt, AuthenticateReply who)
    {
        // A guest has no lasting identity to store a list under; a user who is online has his list here already.
        if (who.UserId.IsEmpty)
            Accept(attempt, who, PrivacyInfo.Everybody);
        else if (online.TryGetUser(who.UserId, out var user))
            Accept(attempt, who, user.Privacy);
        else if (services.Choose(CommunityServices.Privacy) is { } privacy)
            Ask<LoadPrivacyRequest, PrivacyReply>(attempt, privacy, new LoadPrivacyRequest(who.UserId), (reason, list) =>
            {
                // Without his list he could not be hidden from whom he hides, so he is not let in.
                if (list is null)
                    Refuse(attempt, Reason.ServerNotResponding);
                else
                    Accept(attempt, who, list.Privacy);
            });
    }

    private void Ask<TRequest, TReply>(LoginAttempt attempt, Provider provider, TRequest request, Action<Reason, TReply?> answer)
        where TRequest : ILinkRequest<TRequest, TReply>
        where TReply : class, ILinkReply<TReply>
    {
        attempt.IsAsking = true;

        // A directory may need all the time that a login has.
        requests.Ask<TRequest, TReply>(provider, request, (reason, reply) =>
        {
            attempt.IsAsking = false;
            if (!_undecided.ContainsKey(attempt.Login))
                return;

            // Lost while asking: the next one is asked now, or when there is one.
            if (reason == Reason.ServerNotResponding && !provider.IsLoggedIn)
                GoOn(attempt);
            else
                answer(reason, reply);
        }, options.Limits.LoginDecision);
    }

    private void Accept(LoginAttempt attempt, AuthenticateReply who, PrivacyInfo privacy)
    {
        Forget(attempt);
        var login = attempt.Login;
        var loginId = ids.Next();
        var isGuest = who.UserId.IsEmpty;
        var userId = isGuest ? new UserId(loginId.ToString()) : who.UserId;
        if (online.TryGetUser(userId, out var user))
            machines.MakeRoom(user, login, loginId);
        user ??= new User(userId, privacy);

        var now = loop.Time.GetUtcNow();
        var details = new LoginDetails(who.Description, AddressNumber(login.Address), options.Name);
        var info = new LoginInfo(loginId.ToString(), attempt.Attach.ClientType, userId, who.DisplayName, Community: "", details);
        login.LogIn(user, info, loginId, isGuest, new UserStatus(StatusCode.Active, (uint)now.ToUnixTimeSeconds()), now);
        online.Add(login);
        counters.LoginsAccepted++;

        login.Link!.Send(login.Handle, new Attached(loginId, login.Kind));
        outbox.Send(login, new LoginAck(info, user.Privacy, login.Status));

        // Clients read the list in the LoginAck and throw it away, so it is told again.
        if (!isGuest)
            outbox.Send(login, new SetPrivacyList(user.Privacy));
        facts.LoggedIn(login);
        community.Tell(new LoggedIn(info, login.Kind, login.Status, user.Privacy));
    }

    private void Refuse(LoginAttempt attempt, Reason reason)
    {
        Forget(attempt);
        counters.LoginsRefused++;

        // Told that the verification is down, Pidgin disables the account; told that the server does not respond, it tries again.
        var told = reason is Reason.VerificationDown or Reason.Success ? Reason.ServerNotResponding : reason;
        facts.LoginRefused(attempt.Attach, told);
        ending.End(attempt.Login, told);
    }

    private void Forget(LoginAttempt attempt)
    {
        _undecided.Remove(attempt.Login);
        attempt.Forget();
        attempt.Login.Deadline?.Dispose();
        attempt.Login.Deadline = null;
    }

    // The wire has room for IPv4 only.
    private static uint AddressNumber(Opaque address) =>
        address.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(address.Span) : 0;
}
