using System.Net;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Edge.Clients;
using Sametime.Edge.FanOut;

namespace Sametime.Edge.Links;

/// <summary>A client of a chained Edge: the pair of its handle there and its handle on one of our uplinks.</summary>
internal sealed class OuterParticipant(OuterLink outer, OuterLinks all, Uplinks uplinks, uint outerHandle, Attach attach) : IParticipant
{
    private OpenChannels _channels;
    private UndecidedLogin? _login;
    private uint _handle;

    public OuterLink Outer => outer;

    /// <summary>Where its hub is reached; null while it is at none.</summary>
    public Uplink? Uplink { get; private set; }

    /// <summary>This end has sent Detach to the chained Edge, which has not answered yet.</summary>
    public bool IsLeaving { get; private set; }

    public LoginId? LoginId { get; private set; }

    public ParticipantKind? Kind { get; private set; }

    public TransportSecurity Security { get; } = attach.Security;

    public IPAddress? Address { get; } = attach.Address.Length is 4 or 16 ? new IPAddress(attach.Address.Span) : null;

    /// <summary>Edges crossed before this one, outermost first.</summary>
    public Items<string> Edges { get; } = attach.Edges;

    public ReadOnlySpan<uint> Channels => _channels.Ids;

    /// <summary>Asks a hub to log it in; the login is its own from here on.</summary>
    public void Begin(UndecidedLogin login, Uplink uplink)
    {
        _login = login;
        all.Undecided++;
        AttachVia(uplink);
    }

    /// <summary>Passes a message on. Returns the pressure on its way, which the sender may have to yield to.</summary>
    public UplinkPressure? SendUp(ReadOnlySpan<byte> message)
    {
        _channels.See(message);
        Uplink?.SendMessage(_handle, message);
        return Uplink?.Pressure;
    }

    public void LeaveUp(Reason reason)
    {
        if (_handle != 0)
        {
            Uplink!.Detach(_handle, reason);
            (_handle, Uplink) = (0, null);
        }

        ForgetLogin();
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
        ForgetLogin();
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

    public void OnRedirected(Redirect redirect)
    {
        (_handle, Uplink) = (0, null);
        if (_login?.TryRedirect() == true)
        {
            uplinks.Reach(redirect, AttachVia);
        }
        else
        {
            ForgetLogin();
            EndDown(Reason.ServerBroken);
        }
    }

    public void OnDetached(Reason reason)
    {
        (_handle, Uplink) = (0, null);
        ForgetLogin();
        EndDown(reason);
    }

    public void OnFault(Exception error)
    {
        LeaveUp(Reason.ServerBroken);
        EndDown(Reason.ServerBroken);
    }

    private void AttachVia(Uplink? uplink)
    {
        // It may have left while its hub was looked for.
        if (_login is not { } login)
        {
            return;
        }

        Uplink = uplink;
        _handle = uplink is null ? 0 : login.AttachVia(uplink, this);
        if (_handle == 0)
        {
            Uplink = null;
            ForgetLogin();
            EndDown(Reason.ServerNotResponding);
        }
    }

    private void ForgetLogin()
    {
        if (_login is not null)
        {
            _login.Forget();
            _login = null;
            all.Undecided--;
        }
    }
}
