using System.Net;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Edge.Clients;
using Sametime.Edge.FanOut;

namespace Sametime.Edge.Links;

/// <summary>A client of a chained Edge: the pair of its handle there and its handle on our uplink.</summary>
internal sealed class OuterParticipant(OuterLink outer, Uplink uplink, uint outerHandle, Attach attach) : IParticipant
{
    private OpenChannels _channels;
    private uint _handle;

    public OuterLink Outer => outer;

    /// <summary>This end has sent Detach to the chained Edge, which has not answered yet.</summary>
    public bool IsLeaving { get; private set; }

    public LoginId? LoginId { get; private set; }

    public ParticipantKind? Kind { get; private set; }

    public TransportSecurity Security { get; } = attach.Security;

    public IPAddress? Address { get; } = attach.Address.Length is 4 or 16 ? new IPAddress(attach.Address.Span) : null;

    /// <summary>Edges crossed before this one, outermost first.</summary>
    public Items<string> Edges { get; } = attach.Edges;

    public ReadOnlySpan<uint> Channels => _channels.Ids;

    public void AttachUp(Attach attach) => _handle = uplink.Attach(this, attach);

    public void SendUp(ReadOnlySpan<byte> message)
    {
        _channels.See(message);
        uplink.SendMessage(_handle, message);
    }

    public void LeaveUp(Reason reason)
    {
        if (_handle != 0)
        {
            uplink.Detach(_handle, reason);
            _handle = 0;
        }
    }

    public void EndDown(Reason reason)
    {
        IsLeaving = true;
        outer.SendDown(outerHandle, new Detach(reason));
    }

    public void OnAttached(Attached attached)
    {
        LoginId = attached.LoginId;
        Kind = attached.ParticipantKind;
        outer.SendDown(outerHandle, attached);
    }

    public void OnMessage(ReadOnlySpan<byte> message)
    {
        _channels.See(message);
        outer.SendDown(outerHandle, message);
    }

    public void OnCopy(FanOutRound round, ChannelId channel)
    {
        if (OpenChannels.TypeOf(round.Message) == MessageType.ChannelDestroy)
        {
            _channels.Remove(channel.Value);
        }

        round.Pass(outer, outerHandle, channel);
    }

    public void OnDetached(Reason reason)
    {
        _handle = 0;
        EndDown(reason);
    }

    public void OnFault(Exception error)
    {
        LeaveUp(Reason.ServerBroken);
        EndDown(Reason.ServerBroken);
    }
}
