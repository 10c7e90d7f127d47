using System.Buffers;
using System.Buffers.Binary;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Master;
using Sametime.Hub.Logins;
using Sametime.Hub.Providing;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Community;

/// <summary>
/// Questions of applications: the hub answers those to the COMMUNITY service itself and passes the others on to a provider of the
/// service named.
/// </summary>
internal sealed class CommunityRequests(
    OnlineUsers online, LoginEnding ending, ServiceDirectory services, Requests requests, Outbox outbox, FanoutRouter fanout, HubOptions options)
{
    /// <summary>Protocol and payload of the notice that stored data has changed; both are ours, the original's are unknown.</summary>
    private const ushort StorageChangedPayload = 0;

    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public void Answer(Application asker, uint number, ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload);
        var service = new ServiceType(reader.ReadUInt32());
        var code = reader.ReadUInt16();
        if (reader.Error is not null)
            Reply(asker, number, Reason.BadData, default);
        else if (service == CommunityServices.Community)
            Reply(asker, number, AnswerHere(code, ref reader), default);
        else if (services.Choose(service) is { } provider)
            requests.Ask(provider, payload, (reason, fields) => Reply(asker, number, reason, fields));
        else
            Reply(asker, number, Reason.ServiceNotSupported, default);
    }

    private Reason AnswerHere(ushort code, ref WireReader reader)
    {
        if (code == DiscardUserRequest.Code)
        {
            var request = DiscardUserRequest.Read(ref reader);
            return reader.Error is null ? Discard(request) : Reason.BadData;
        }
        if (code == StorageChangedRequest.Code)
        {
            var request = StorageChangedRequest.Read(ref reader);
            return reader.Error is null ? TellStorageChanged(request) : Reason.BadData;
        }
        return Reason.NotImplemented;
    }

    private Reason Discard(DiscardUserRequest request)
    {
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

    private void Reply(Application asker, uint number, Reason reason, ReadOnlySpan<byte> fields)
    {
        if (!asker.IsLoggedIn)
            return;
        Span<byte> head = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(head, (uint)reason);
        asker.Link!.Send(LinkKind.Reply, number, head, fields);
    }
}
