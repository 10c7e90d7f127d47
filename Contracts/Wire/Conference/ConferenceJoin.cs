namespace Sametime.Contracts.Wire.Conference;

/// <summary>
/// The invited comes in, after accepting the channel of the <see cref="ConferenceInvitation"/>. The data is empty, and never encrypted.
/// Direction: from client. Answer: <see cref="ConferenceWelcome"/> to him, <see cref="ConferenceJoined"/> to the others.
/// Source: community protocol, conference.
/// </summary>
public readonly record struct ConferenceJoin : IPayload<ConferenceJoin>
{
    public static ushort MessageType => ConferenceMessageTypes.Join;

    public static ConferenceJoin Read(ref WireReader reader) => default;

    public void Write(ref WireWriter writer)
    {
        // Nothing to say but that he comes in.
    }
}
