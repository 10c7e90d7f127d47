using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sametime.Broker.Links;

/// <summary>
/// Writes and checks chunks. Who can send to the broker but does not know the link key can forge none, nor send one on to
/// another queue; a chunk repeated to the same queue is known by its sequence.
/// <code>
/// key    HKDF-SHA256(link key, info "sametime broker chunk"), 32 bytes
/// tag    HMAC-SHA256(key, destination uint64 | header | body), the first 16 bytes;
///        destination is the number of the queue, 0 for a beacon
/// </code>
/// It hides nothing: what is secret is sealed by the link (<see cref="Sametime.Contracts.Link.ILink.Seal"/>).
/// </summary>
internal sealed class ChunkSeal : IDisposable
{
    public const int TagBytes = 16;

    /// <summary>What a chunk has besides its body.</summary>
    public const int OverheadBytes = Chunk.HeaderBytes + TagBytes;

    private const int KeyBytes = 32;

    private readonly IncrementalHash _hash;

    public ChunkSeal(ReadOnlyMemory<byte> linkKey)
    {
        if (linkKey.IsEmpty)
            throw new ArgumentException("Links over the broker need a link key.", nameof(linkKey));
        Span<byte> key = stackalloc byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, linkKey.Span, key, salt: [], info: "sametime broker chunk"u8);
        _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Writes a chunk for the queue <paramref name="destination"/>; returns its length.</summary>
    public int Write(Span<byte> into, in Chunk chunk, ulong destination)
    {
        into[0] = Chunk.Version;
        into[1] = (byte)chunk.Kind;
        BinaryPrimitives.WriteUInt16BigEndian(into[2..], chunk.Sender.Hub);
        BinaryPrimitives.WriteUInt64BigEndian(into[4..], chunk.Sender.Queue);
        BinaryPrimitives.WriteUInt64BigEndian(into[12..], chunk.Stream);
        BinaryPrimitives.WriteUInt64BigEndian(into[20..], chunk.Sequence);
        chunk.Body.CopyTo(into[Chunk.HeaderBytes..]);
        var tagAt = Chunk.HeaderBytes + chunk.Body.Length;
        Tag(into[..tagAt], DestinationOf(chunk.Kind, destination), into.Slice(tagAt, TagBytes));
        return tagAt + TagBytes;
    }

    /// <summary>Reads a chunk that came to the queue <paramref name="destination"/>. False: it is none, or its tag is wrong.</summary>
    public bool TryRead(ReadOnlySpan<byte> message, ulong destination, out Chunk chunk)
    {
        chunk = default;
        if (message.Length < OverheadBytes || message[0] != Chunk.Version)
            return false;
        var kind = (ChunkKind)message[1];
        var tagAt = message.Length - TagBytes;
        Span<byte> tag = stackalloc byte[TagBytes];
        Tag(message[..tagAt], DestinationOf(kind, destination), tag);
        if (!CryptographicOperations.FixedTimeEquals(tag, message[tagAt..]))
            return false;
        chunk = new Chunk(
            kind,
            new BrokerAddress(BinaryPrimitives.ReadUInt16BigEndian(message[2..]), BinaryPrimitives.ReadUInt64BigEndian(message[4..])),
            BinaryPrimitives.ReadUInt64BigEndian(message[12..]),
            BinaryPrimitives.ReadUInt64BigEndian(message[20..]),
            message[Chunk.HeaderBytes..tagAt]);
        return true;
    }

    public void Dispose() => _hash.Dispose();

    private static ulong DestinationOf(ChunkKind kind, ulong destination) => kind == ChunkKind.Beacon ? 0 : destination;

    private void Tag(ReadOnlySpan<byte> headerAndBody, ulong destination, Span<byte> tag)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(number, destination);
        _hash.AppendData(number);
        _hash.AppendData(headerAndBody);
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _hash.GetHashAndReset(whole);
        whole[..TagBytes].CopyTo(tag);
    }
}
