namespace Sametime.Contracts.Wire.Channels;

/// <summary>
/// What the creator of a channel can encrypt with; found in the <see cref="Negotiation"/> of a ChannelCreate.
/// <code>
/// policy  u16                                  (EncryptionPolicy)
/// block   Opaque: empty without ciphers, else
///   count    u32
///   ciphers  count times CipherItem
///   policy   u16  again
///   flag     bool 0
/// </code>
/// Source: community protocol, compound types.
/// </summary>
public sealed record EncryptOffer(EncryptionPolicy Policy, Items<CipherItem> Ciphers)
{
    public static EncryptOffer Read(ref WireReader reader)
    {
        var policy = (EncryptionPolicy)reader.ReadUInt16();
        var block = new WireReader(reader.ReadOpaqueSpan());
        if (block.Remaining == 0)
            return new EncryptOffer(policy, []);

        var ciphers = block.ReadItems(CipherItem.SizeMin, CipherItem.Read);
        reader.FailWith(block);
        return new EncryptOffer(policy, ciphers);
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16((ushort)Policy);
        var block = writer.BeginOpaque();
        if (!Ciphers.IsEmpty)
        {
            writer.WriteUInt32((uint)Ciphers.Count);
            foreach (var cipher in Ciphers)
                cipher.Write(ref writer);
            writer.WriteUInt16((ushort)Policy);
            writer.WriteBool(false);
        }
        writer.EndOpaque(block);
    }
}
