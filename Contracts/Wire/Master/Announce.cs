namespace Sametime.Contracts.Wire.Master;

/// <summary>
/// A text to many users or groups at once.
/// <code>
/// sender present  bool       from a client 0; towards a client 1, libpurple uses the sender without looking
/// sender          LoginInfo  full, only if present
/// unknown         u16        0
/// announcement    Opaque:
///   may reply       bool
///   text            String
/// count           u32        towards a client 0
/// recipients      count times String, each "@U user id" or "@G public group"
/// </code>
/// Direction: both. Answer: none, not even for errors. Source: community protocol, announce.
/// </summary>
public sealed record Announce : IWireMessage<Announce>
{
    /// <summary>Starts a recipient that is a user.</summary>
    public const string UserPrefix = "@U ";

    /// <summary>Starts a recipient that is a public group.</summary>
    public const string GroupPrefix = "@G ";

    // An empty String.
    private const int RecipientSizeMin = 2;

    public LoginInfo? Sender { get; init; }

    public ushort Unknown { get; init; }

    public bool MayReply { get; init; }

    public required string Text { get; init; }

    public Items<string> Recipients { get; init; }

    public static MessageType Type => MessageType.Announce;

    public static Announce Read(ref WireReader reader)
    {
        var sender = LoginInfo.ReadOptional(ref reader);
        var unknown = reader.ReadUInt16();
        var announcement = new WireReader(reader.ReadOpaqueSpan());
        var mayReply = announcement.ReadBool();
        var text = announcement.ReadString();
        reader.FailWith(announcement);
        return new Announce
        {
            Sender = sender,
            Unknown = unknown,
            MayReply = mayReply,
            Text = text,
            Recipients = reader.ReadItems(RecipientSizeMin, static (ref WireReader item) => item.ReadString()),
        };
    }

    public void Write(ref WireWriter writer)
    {
        LoginInfo.WriteOptional(ref writer, Sender);
        writer.WriteUInt16(Unknown);
        var announcement = writer.BeginOpaque();
        writer.WriteBool(MayReply);
        writer.WriteString(Text);
        writer.EndOpaque(announcement);
        writer.WriteUInt32((uint)Recipients.Count);
        foreach (var recipient in Recipients)
            writer.WriteString(recipient);
    }
}
