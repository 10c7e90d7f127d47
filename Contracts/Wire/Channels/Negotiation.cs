using System.Buffers;

namespace Sametime.Contracts.Wire.Channels;

/// <summary>
/// The end of a ChannelCreate or ChannelAccept: offer or choice of encryption, and a trailer that nobody understands.
/// <code>
/// policy   u16
/// block    Opaque
/// trailer  rest    00000000 00000000 0007 after a block, 00000000 0007 after an empty one
/// </code>
/// A router copies all of it unchanged, so it is kept as bytes and looked into only on demand. The default is <see cref="None"/>.
/// Source: community protocol, compound types.
/// </summary>
public readonly struct Negotiation : IEquatable<Negotiation>
{
    private static readonly Opaque NoneBytes = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7];

    private readonly Opaque _bytes;

    private Negotiation(Opaque bytes) => _bytes = bytes;

    /// <summary>No encryption: 0000 00000000 00000000 0007.</summary>
    public static Negotiation None => default;

    /// <summary>Everything from policy to the end of the message.</summary>
    public Opaque Bytes => _bytes.IsEmpty ? NoneBytes : _bytes;

    private static ReadOnlySpan<byte> TrailerAfterBlock => [0, 0, 0, 0, 0, 0, 0, 0, 0, 7];

    private static ReadOnlySpan<byte> TrailerAfterNothing => [0, 0, 0, 0, 0, 7];

    public static Negotiation Of(EncryptOffer offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        offer.Write(ref writer);
        writer.WriteBytes(offer.Ciphers.IsEmpty ? TrailerAfterNothing : TrailerAfterBlock);
        writer.Complete();
        return new Negotiation(Opaque.Wrap(output.WrittenMemory));
    }

    public static Negotiation Of(EncryptChoice choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        choice.Write(ref writer);
        writer.WriteBytes(choice.Cipher is null ? TrailerAfterNothing : TrailerAfterBlock);
        writer.Complete();
        return new Negotiation(Opaque.Wrap(output.WrittenMemory));
    }

    /// <summary>Takes the rest of the message. Policy and block must be there; what is in the block is the business of the ends.</summary>
    public static Negotiation Read(ref WireReader reader)
    {
        var ahead = reader;
        ahead.ReadUInt16();
        ahead.ReadOpaqueSpan();
        reader.FailWith(ahead);
        return new Negotiation(new Opaque(reader.ReadRest()));
    }

    public void Write(ref WireWriter writer) => writer.WriteBytes(Bytes.Span);

    /// <summary>Reads the bytes as the offer of a ChannelCreate. False if the block does not parse.</summary>
    public bool TryReadOffer(out EncryptOffer offer)
    {
        var reader = new WireReader(Bytes.Span);
        offer = EncryptOffer.Read(ref reader);
        return reader.Error is null;
    }

    /// <summary>Reads the bytes as the choice of a ChannelAccept. False if the block does not parse.</summary>
    public bool TryReadChoice(out EncryptChoice choice)
    {
        var reader = new WireReader(Bytes.Span);
        choice = EncryptChoice.Read(ref reader);
        return reader.Error is null;
    }

    public bool Equals(Negotiation other) => Bytes.Equals(other.Bytes);

    public override bool Equals(object? obj) => obj is Negotiation other && Equals(other);

    public override int GetHashCode() => Bytes.GetHashCode();

    public override string ToString() => Bytes == NoneBytes ? "none" : Bytes.ToString();

    public static bool operator ==(Negotiation left, Negotiation right) => left.Equals(right);

    public static bool operator !=(Negotiation left, Negotiation right) => !left.Equals(right);
}
