namespace Sametime.Contracts.Wire.Channels;

/// <summary>A cipher of end-to-end channels (u16).</summary>
public enum CipherId : ushort
{
    /// <summary>RC2 keyed by the first 5 bytes of the sender's login id: obfuscation.</summary>
    Rc2With40 = 0x0000,

    /// <summary>RC2 with 128 bits agreed by Diffie-Hellman.</summary>
    Rc2With128 = 0x0001,
}

/// <summary>What must or may be encrypted (u16), in offers; in choices one of None, Rc2With40, Rc2With128.</summary>
public enum EncryptionPolicy : ushort
{
    None = 0x0000,

    /// <summary>Whatever both can do, also nothing.</summary>
    IfPossible = 0x0001,

    /// <summary>Encrypted, by any cipher.</summary>
    Required = 0x0002,

    Rc2With40 = 0x1000,

    Rc2With128 = 0x2000,
}

/// <summary>
/// A cipher and what the other end must know for it.
/// <code>
/// cipher id  u16                                                     (CipherId)
/// info       Opaque  empty, or a Diffie-Hellman value in big-endian, leading zeros possibly stripped
/// </code>
/// Source: community protocol, compound types.
/// </summary>
public readonly record struct CipherItem(CipherId Cipher, Opaque Info)
{
    /// <summary>Least bytes on the wire: u16 and an empty Opaque.</summary>
    public const int SizeMin = 6;

    public static CipherItem Read(ref WireReader reader) => new(
        Cipher: (CipherId)reader.ReadUInt16(),
        Info: reader.ReadOpaque());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16((ushort)Cipher);
        writer.WriteOpaque(Info);
    }
}
