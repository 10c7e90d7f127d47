namespace Sametime.Contracts.Wire.Channels;

/// <summary>
/// Which of the offered ciphers the acceptor of a channel took; found in the <see cref="Negotiation"/> of a ChannelAccept.
/// <code>
/// policy  u16   Rc2With40, Rc2With128, or None              (EncryptionPolicy)
/// block   Opaque: empty = not encrypted, else
///   cipher   CipherItem  with the acceptor's own info
///   offered  u16         the policy of the offer; this and the next may be absent
///   flag     bool 0
/// </code>
/// Source: community protocol, compound types.
/// </summary>
public sealed record EncryptChoice(EncryptionPolicy Policy, CipherItem? Cipher, EncryptionPolicy Offered)
{
    public static EncryptChoice Read(ref WireReader reader)
    {
        var policy = (EncryptionPolicy)reader.ReadUInt16();
        var block = new WireReader(reader.ReadOpaqueSpan());
        if (block.Remaining < CipherItem.SizeMin)
            return new EncryptChoice(policy, null, EncryptionPolicy.None);

        var cipher = CipherItem.Read(ref block);
        var offered = block.Remaining >= 3 ? (EncryptionPolicy)block.ReadUInt16() : EncryptionPolicy.None;
        reader.FailWith(block);
        return new EncryptChoice(policy, cipher, offered);
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16((ushort)Policy);
        var block = writer.BeginOpaque();
        if (Cipher is { } cipher)
        {
            cipher.Write(ref writer);
            writer.WriteUInt16((ushort)Offered);
            writer.WriteBool(false);
        }
        writer.EndOpaque(block);
    }
}
