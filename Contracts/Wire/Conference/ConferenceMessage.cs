using Sametime.Contracts.Wire.InstantMessaging;

namespace Sametime.Contracts.Wire.Conference;

/// <summary>
/// A member says or signals something; same content as an instant message.
/// <code>
/// 1 uint32, text string                                      a line
/// 2 uint32, type uint32, subtype uint32, data opaque         typing: type 1, subtype 0 types, 1 has stopped
/// </code>
/// Direction: from client. Answer: <see cref="ConferenceMessageNotice"/> to all members, the speaker included: Pidgin shows its own lines only
/// when they come back. Source: community protocol, conference.
/// </summary>
public readonly record struct ConferenceMessage(InstantMessage Content) : IPayload<ConferenceMessage>
{
    public static ushort MessageType => ConferenceMessageTypes.Message;

    public static ConferenceMessage Read(ref WireReader reader) => new(Content: InstantMessage.Read(ref reader));

    public void Write(ref WireWriter writer) => Content.Write(ref writer);
}
