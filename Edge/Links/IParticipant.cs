using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Edge.FanOut;

namespace Sametime.Edge.Links;

/// <summary>
/// Who stands behind a handle of the uplink: a client of this Edge, or a participant of an Edge chained behind it.
/// Called by <see cref="Uplink"/> with what came from the hub.
/// </summary>
internal interface IParticipant
{
    /// <summary>The hub accepted the login.</summary>
    void OnAttached(Attached attached);

    /// <summary>A message for this participant alone, from its type on; at least a whole header.</summary>
    void OnMessage(ReadOnlySpan<byte> message);

    /// <summary>A message it shares with others; its copy has this channel in the header.</summary>
    void OnCopy(FanOutRound round, ChannelId channel);

    /// <summary>Its user belongs to another hub, where it is to be attached. Its handle is no longer its own.</summary>
    void OnRedirected(Redirect redirect);

    /// <summary>The hub ended it, or the way to the hub is lost. Its handle is no longer its own.</summary>
    void OnDetached(Reason reason);

    /// <summary>A bug of ours struck while one of the above ran; it ends this participant and nobody else.</summary>
    void OnFault(Exception error);
}
