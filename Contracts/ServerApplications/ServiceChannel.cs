using System.Diagnostics.CodeAnalysis;
using System.Text;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.ServerApplications;

/// <summary>
/// A channel between a service and a participant. Loop thread only. What is sent on a channel that is over is dropped: both ends
/// may end it at any time, so a handler need not ask first.
/// </summary>
public sealed class ServiceChannel
{
    private readonly ChannelTable _table;
    private LoginInfo? _peer;

    // Rare (only while an asynchronous handler runs), so an idle channel pays one field for it.
    private ChannelBacklog? _backlog;
    private PaceMeter _pace;

    internal ServiceChannel(ChannelTable table, ServiceOffer offer, ChannelId id, LoginInfo? peer, ServiceChannelState state)
    {
        _table = table;
        Offer = offer;
        Id = id;
        _peer = peer;
        State = state;
    }

    /// <summary>Its number on the application's link.</summary>
    public ChannelId Id { get; }

    public ServiceType Service => Offer.Service;

    /// <summary>Where it is in its life.</summary>
    public ServiceChannelState State { get; internal set; }

    public bool IsOpen => State == ServiceChannelState.Open;

    /// <summary>Who is at the other end, stamped by the hub: the creator of the channel, or who accepted one that we made.</summary>
    public LoginInfo Peer => _peer ?? throw new InvalidOperationException("Nobody has accepted this channel yet.");

    /// <summary>Whatever the service keeps for this channel.</summary>
    public object? Tag { get; set; }

    internal ServiceOffer Offer { get; }

    /// <summary>Takes a channel that was asked for.</summary>
    public void Accept(Opaque additionalData = default)
    {
        if (State != ServiceChannelState.Asked)
            return;
        State = ServiceChannelState.Open;
        _table.SendAccept(this, additionalData);
    }

    /// <summary>Refuses a channel that was asked for.</summary>
    public void Refuse(Reason reason, Opaque detail = default)
    {
        if (State == ServiceChannelState.Asked)
            Destroy(reason, detail);
    }

    /// <summary>
    /// Hands a channel that was asked for to another provider of the service, at whatever hub: to the one with this login id, or when none
    /// is named to whom the hub finds. Who asked notices nothing. Before <see cref="Accept"/> only, so that nothing was said yet that the
    /// other one would miss; if nobody takes it, who asked is told ServerFull. On the link it is a ChannelDestroy with reason
    /// <see cref="Reason.ConnectElsewhere"/>, whose detail is the login id as ASCII text.
    /// </summary>
    public void Redirect(LoginId? provider = null) =>
        Refuse(Reason.ConnectElsewhere, provider is { } named ? new Opaque(Encoding.ASCII.GetBytes(named.ToString())) : default);

    /// <summary>Sends a payload.</summary>
    public void Send<TPayload>(in TPayload payload)
        where TPayload : IPayload<TPayload>
    {
        if (IsOpen)
            _table.Send(this, payload);
    }

    /// <summary>
    /// Waits, in an asynchronous handler, until the channel may do one more of what <paramref name="pace"/> limits. Meanwhile what
    /// arrives on the channel waits too. A channel keeps count of one pace.
    /// </summary>
    public ValueTask WaitTurnAsync(Pace pace)
    {
        ArgumentNullException.ThrowIfNull(pace);
        var wait = _pace.Take(pace, _table.Loop.Time);
        return wait == TimeSpan.Zero ? ValueTask.CompletedTask : new ValueTask(_table.WaitAsync(wait));
    }

    /// <summary>Ends the channel; what it still had to handle is dropped.</summary>
    public void Destroy(Reason reason, Opaque detail = default)
    {
        if (State == ServiceChannelState.Closed)
            return;
        _backlog?.Clear();
        if (State != ServiceChannelState.Ending)
            _table.SendDestroy(this, reason, detail);
        _table.Close(this, reason);
    }

    internal void SetPeer(LoginInfo? peer) => _peer = peer;

    internal bool TryGetBacklog([NotNullWhen(true)] out ChannelBacklog? backlog) => (backlog = _backlog) is not null;

    internal ChannelBacklog StartBacklog() => _backlog = new ChannelBacklog();

    internal void EndBacklog() => _backlog = null;
}

/// <summary>Where a channel is in its life.</summary>
public enum ServiceChannelState
{
    /// <summary>A participant has asked for it and waits for Accept or Refuse.</summary>
    Asked,

    /// <summary>We have asked for it and wait for the other end.</summary>
    Asking,

    Open,

    /// <summary>The other end is gone; what it had sent before is still being handled.</summary>
    Ending,

    /// <summary>Over. What it is told is dropped.</summary>
    Closed,
}
