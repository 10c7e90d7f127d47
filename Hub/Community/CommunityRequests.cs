using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub.Clique;
using Sametime.Hub.Logins;
using Sametime.Hub.OnlineDirectory;
using Sametime.Hub.Providing;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Community;

/// <summary>
/// Questions of applications and of other hubs: the hub answers those to the COMMUNITY service itself and passes the others on to a
/// provider of the service named. What comes from a hub goes to an application here or nowhere. A credential is opened and sealed anew, as
/// on every link.
/// </summary>
internal sealed class CommunityRequests(
    OnlineUsers online,
    OnlineDirectory.OnlineDirectory directory,
    ActivePlaces places,
    LoginEnding ending,
    LoginAdmission admission,
    ServiceDirectory services,
    Requests requests,
    Outbox outbox,
    FanoutRouter fanout,
    HubOptions options)
{
    /// <summary>Protocol and payload of the notice that stored data has changed; both are ours, the original's are unknown.</summary>
    private const ushort StorageChangedPayload = 0;

    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public void Answer(Provider asker, uint number, ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload);
        var service = new ServiceType(reader.ReadUInt32());
        var code = reader.ReadUInt16();
        if (reader.Error is not null)
            Reply(asker, number, Reason.BadData, default);
        else if (service == CommunityServices.Community)
            AnswerHere(asker, number, code, payload, ref reader);
        else if (service == CommunityServices.OnlineDirectory && asker is Application application)
            AnswerOfPlaces(application, number, code, ref reader);
        else if (services.Choose(service, asker is HubPeer ? ServiceReach.GlobalHere : ServiceReach.Everywhere) is { } provider)
            PassOn(asker, number, provider, (service, code), payload, ref reader);
        else
            // To a hub that was told of the service a moment ago it is not unknown, but gone.
            Reply(asker, number, asker is HubPeer ? Reason.ServerNotResponding : Reason.ServiceNotSupported, default);
    }

    private void PassOn(
        Provider asker, uint number, Provider provider, (ServiceType Service, ushort Code) kind, ReadOnlySpan<byte> question, ref WireReader reader)
    {
        var within = options.Limits.ReplyWithin;
        if (kind == (AuthenticateRequest.Service, AuthenticateRequest.Code))
        {
            within = options.Limits.LoginDecision;
            var request = AuthenticateRequest.Read(ref reader);
            if (reader.Error is not null || asker.Link!.Open(request.SealedCredential) is not { } secret)
            {
                Reply(asker, number, Reason.BadData, default);
                return;
            }
            question = Compose(request with { SealedCredential = provider.Link!.Seal(secret) });
            CryptographicOperations.ZeroMemory(secret);
        }
        if (kind == (IssueTokenRequest.Service, IssueTokenRequest.Code))
            requests.Ask(provider, question, (reason, fields) => ReplySealed(asker, number, provider, reason, fields));
        else
            requests.Ask(provider, question, (reason, fields) => Reply(asker, number, reason, fields), within);
    }

    // What is sealed for one link says nothing on the next.
    private void ReplySealed(Provider asker, uint number, Provider provider, Reason reason, ReadOnlySpan<byte> fields)
    {
        var reader = new WireReader(fields);
        if (reason != Reason.Success || !asker.IsLoggedIn)
        {
            Reply(asker, number, reason, default);
        }
        else if (IssueTokenReply.Read(ref reader) is var reply && reader.Error is null && provider.Link?.Open(reply.SealedToken) is { } token)
        {
            _buffer.ResetWrittenCount();
            var writer = new WireWriter(_buffer);
            (reply with { SealedToken = asker.Link!.Seal(token) }).Write(ref writer);
            writer.Complete();
            CryptographicOperations.ZeroMemory(token);
            Reply(asker, number, reason, _buffer.WrittenSpan);
        }
        else
        {
            Reply(asker, number, Reason.BadData, default);
        }
    }

    private void AnswerHere(Provider asker, uint number, ushort code, ReadOnlySpan<byte> question, ref WireReader reader)
    {
        Reason reason;
        UserId user;
        if (code == DiscardUserRequest.Code)
        {
            var request = DiscardUserRequest.Read(ref reader);
            user = request.UserId;
            reason = reader.Error is null ? Discard(request) : Reason.BadData;
        }
        else if (code == StorageChangedRequest.Code)
        {
            var request = StorageChangedRequest.Read(ref reader);
            user = request.UserId;
            reason = reader.Error is null ? TellStorageChanged(request) : Reason.BadData;
        }
        else
        {
            (reason, user) = (Reason.NotImplemented, default);
        }

        // What is to be done to a user is done wherever he is; a hub that was asked by another one does its part and no more.
        if (reason == Reason.Success && asker is Application && directory.WhereIs(user) is { } hub)
            requests.Ask(hub, question, (answer, fields) => Reply(asker, number, answer, fields));
        else
            Reply(asker, number, reason, default);
    }

    private void AnswerOfPlaces(Application asker, uint number, ushort code, ref WireReader reader)
    {
        var reason = places.Answer(asker, code, ref reader, out var where);
        _buffer.ResetWrittenCount();
        var writer = new WireWriter(_buffer);
        where?.Write(ref writer);
        writer.Complete();
        Reply(asker, number, reason, _buffer.WrittenSpan);
    }

    private Reason Discard(DiscardUserRequest request)
    {
        // Who was let through the door a moment ago, and is not in yet, is not let in.
        admission.Refuse(request.UserId, request.Reason);
        if (online.TryGetUser(request.UserId, out var user))
        {
            foreach (var login in user.Logins.ToArray())
                ending.End(login, request.Reason);
        }
        return Reason.Success;
    }

    private Reason TellStorageChanged(StorageChangedRequest request)
    {
        if (!options.StorageNotices || !online.TryGetUser(request.UserId, out var user))
            return Reason.Success;

        var others = user.Logins.FindAll(login => login.LoginId.ToString() != request.LoginId);
        var notice = new OneTime
        {
            Service = CommunityServices.StorageEvent,
            Protocol = ProtocolTypes.Storage,
            Version = ProtocolVersions.Storage,
            PayloadType = StorageChangedPayload,
            Data = Keys(request.Keys),
            Sender = null,
        };
        fanout.SendToAll(others, outbox.Compose(ChannelId.Master, notice));
        return Reason.Success;
    }

    // count u32, then each key u32.
    private Opaque Keys(Items<uint> keys)
    {
        _buffer.ResetWrittenCount();
        var writer = new WireWriter(_buffer);
        writer.WriteUInt32((uint)keys.Count);
        foreach (var key in keys)
            writer.WriteUInt32(key);
        writer.Complete();
        return new Opaque(_buffer.WrittenSpan);
    }

    private ReadOnlySpan<byte> Compose(AuthenticateRequest request)
    {
        _buffer.ResetWrittenCount();
        var writer = new WireWriter(_buffer);
        writer.WriteUInt32(AuthenticateRequest.Service.Value);
        writer.WriteUInt16(AuthenticateRequest.Code);
        request.Write(ref writer);
        writer.Complete();
        return _buffer.WrittenSpan;
    }

    private void Reply(Provider asker, uint number, Reason reason, ReadOnlySpan<byte> fields)
    {
        if (!asker.IsLoggedIn)
            return;
        Span<byte> head = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(head, (uint)reason);
        asker.Link!.Send(LinkKind.Reply, number, head, fields);
    }
}
