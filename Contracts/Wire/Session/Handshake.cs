namespace Sametime.Contracts.Wire.Session;

/// <summary>
/// Opens a connection: versions and who calls.
/// <code>
/// major              u16     0x001e; another major is refused with VersionMismatch
/// minor              u16     0x001d is what we speak; libpurple says 0x196f
/// master channel     u32     0
/// address at server  u32     0; a multiplexer would fill it in
/// client type        u16                                      (ClientType)
/// address at client  u32     0 from libmeanwhile
/// unknown            u16     0x0100; from here only if major >= 0x1e and minor >= 0x1d
/// unknown 2          u32     0
/// client host        String  empty, or a host name
/// </code>
/// Direction: client to server. Answer: HandshakeAck. Official clients append more. Source: community protocol, handshake.
/// </summary>
public sealed record Handshake : IWireMessage<Handshake>
{
    /// <summary>The only major version there is.</summary>
    public const ushort MajorVersion = 0x001e;

    /// <summary>The newest minor version whose layout is known.</summary>
    public const ushort MinorVersion = 0x001d;

    public ushort Major { get; init; } = MajorVersion;

    public ushort Minor { get; init; } = MinorVersion;

    public ChannelId MasterChannel { get; init; }

    public uint AddressAtServer { get; init; }

    public ClientType ClientType { get; init; }

    public uint AddressAtClient { get; init; }

    public ushort Unknown { get; init; } = DefaultUnknown;

    public uint Unknown2 { get; init; }

    public string ClientHost { get; init; } = "";

    public static MessageType Type => MessageType.Handshake;

    private const ushort DefaultUnknown = 0x0100;

    private bool HasHost => Major >= MajorVersion && Minor >= MinorVersion;

    public static Handshake Read(ref WireReader reader)
    {
        var message = new Handshake
        {
            Major = reader.ReadUInt16(),
            Minor = reader.ReadUInt16(),
            MasterChannel = new ChannelId(reader.ReadUInt32()),
            AddressAtServer = reader.ReadUInt32(),
            ClientType = (ClientType)reader.ReadUInt16(),
            AddressAtClient = reader.ReadUInt32(),
        };
        return !message.HasHost ? message : message with
        {
            Unknown = reader.ReadUInt16(),
            Unknown2 = reader.ReadUInt32(),
            ClientHost = reader.ReadString(),
        };
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(Major);
        writer.WriteUInt16(Minor);
        writer.WriteUInt32(MasterChannel.Value);
        writer.WriteUInt32(AddressAtServer);
        writer.WriteUInt16((ushort)ClientType);
        writer.WriteUInt32(AddressAtClient);
        if (!HasHost)
            return;
        writer.WriteUInt16(Unknown);
        writer.WriteUInt32(Unknown2);
        writer.WriteString(ClientHost);
    }
}
