using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub.Logins;

namespace Sametime.Hub.Channels;

/// <summary>What a creator has sent, kept until the channel is accepted, because another provider may have to be asked.</summary>
/// <param name="Create">The request as it came.</param>
/// <param name="Options">Its header options.</param>
/// <param name="Attributes">The attributes its header announced; carried through unread.</param>
internal sealed record ChannelRequest(ChannelCreate Create, MessageOptions Options, Opaque Attributes)
{
    /// <summary>Who asks, when it is a participant of another hub.</summary>
    public Identity? Foreign { get; init; }

    /// <summary>What he who asks calls the channel.</summary>
    public ChannelId Number { get; init; } = Create.Channel;
}
