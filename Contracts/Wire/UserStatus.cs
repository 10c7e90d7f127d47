namespace Sametime.Contracts.Wire;

/// <summary>
/// What a user says of himself.
/// <code>
/// status       u16                                      (StatusCode)
/// time         u32     when the status last changed; carry it through, interpret nothing
/// description  String  for example "at lunch"
/// </code>
/// Clients disagree on the unit of time (minutes, seconds since 1970, milliseconds cut to 32 bits); we compose seconds since 1970, or 0.
/// Source: community protocol, compound types.
/// </summary>
public readonly record struct UserStatus(StatusCode Status, uint Time = 0, string Description = "")
{
    public static UserStatus Read(ref WireReader reader) => new(
        Status: (StatusCode)reader.ReadUInt16(),
        Time: reader.ReadUInt32(),
        Description: reader.ReadString());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16((ushort)Status);
        writer.WriteUInt32(Time);
        writer.WriteString(Description);
    }
}
