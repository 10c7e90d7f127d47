namespace Sametime.Contracts.Wire.Master;

/// <summary>
/// From a client: my status is now this. From the server: the status of you as a user is now this; sent to all logins of the user, the
/// one that set it included.
/// <code>
/// status  UserStatus
/// </code>
/// Direction: both. Source: community protocol, set user status.
/// </summary>
public readonly record struct SetUserStatus(UserStatus Status) : IWireMessage<SetUserStatus>
{
    public static MessageType Type => MessageType.SetUserStatus;

    public static SetUserStatus Read(ref WireReader reader) => new(UserStatus.Read(ref reader));

    public void Write(ref WireWriter writer) => Status.Write(ref writer);
}
