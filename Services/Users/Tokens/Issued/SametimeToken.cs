using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Users.Tokens.Issued;

/// <summary>
/// A token of ours: who it lets in, where and how long, signed with a key of the community. As text it is <c>st1.</c> and base64url of:
/// <code>
/// key       uint32   id of the key that signed it
/// flags     uint8    1 = good once only
/// id        32 bytes random; the store knows its SHA-256 only
/// user      String   user id
/// audience  String   the community
/// issued    uint64   milliseconds since 1970, UTC
/// expires   uint64   milliseconds since 1970, UTC
/// address   opaque   4 or 16 bytes: the client has to be there; empty: wherever
/// mac       32 bytes HMAC-SHA256 over "st1." and everything above
/// </code>
/// </summary>
internal sealed record SametimeToken(
    uint Key, bool OneTime, Opaque Id, UserId User, string Audience, DateTimeOffset Issued, DateTimeOffset Expires, Opaque Address)
{
    public const int IdBytes = 32;
    private const byte OneTimeFlag = 1;

    private static readonly byte[] Prefix = "st1."u8.ToArray();

    /// <summary>Names the token where the token itself must not stand.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Id.Span));

    /// <summary>Whether this is meant to be a token of ours, good or not.</summary>
    public static bool LooksLikeOne(ReadOnlySpan<byte> token) => token.StartsWith(Prefix);

    /// <summary>Where a client has to be, as it stands in the token.</summary>
    public static Opaque AddressOf(IPAddress? address) =>
        address is null ? default : new Opaque((address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes());

    /// <summary>The token as its bearer gets it. <paramref name="key"/> is the one it names.</summary>
    public byte[] Sign(TokenKey key)
    {
        var body = Body();
        var signed = new byte[body.Length + HMACSHA256.HashSizeInBytes];
        body.CopyTo(signed, 0);
        Mac(key, body, signed.AsSpan(body.Length));
        return [.. Prefix, .. Encoding.ASCII.GetBytes(Base64Url.EncodeToString(signed))];
    }

    /// <summary>Reads a token and checks that a key of ours signed it; null for anything else. Whether it is good now is another question.</summary>
    public static SametimeToken? Open(ReadOnlySpan<byte> token, Func<uint, TokenKey?> findKey)
    {
        if (!LooksLikeOne(token) || !IsCanonical(token[Prefix.Length..], out var signed) || signed.Length <= HMACSHA256.HashSizeInBytes)
            return null;
        var body = signed.AsSpan(..^HMACSHA256.HashSizeInBytes);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var reader = new WireReader(body);
        var key = findKey(reader.ReadUInt32());
        if (key is null)
            return null;
        Mac(key, body, mac);
        return CryptographicOperations.FixedTimeEquals(mac, signed.AsSpan(body.Length)) ? Read(key.Id, ref reader) : null;
    }

    // The last character of base64 has bits that mean nothing: one token has one spelling.
    private static bool IsCanonical(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromUtf8(text, bytes, out var consumed, out var length) != OperationStatus.Done || consumed != text.Length)
            return false;
        bytes = bytes[..length];
        return Base64Url.EncodeToUtf8(bytes).AsSpan().SequenceEqual(text);
    }

    private static SametimeToken? Read(uint key, ref WireReader reader)
    {
        var flags = reader.ReadByte();
        var token = new SametimeToken(
            key, (flags & OneTimeFlag) != 0, new Opaque(reader.ReadBytes(IdBytes)), new UserId(reader.ReadString()), reader.ReadString(),
            Time(reader.ReadUInt64()), Time(reader.ReadUInt64()), reader.ReadOpaque());
        return reader.Error is null && reader.Remaining == 0 ? token : null;
    }

    private byte[] Body()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(buffer);
        writer.WriteUInt32(Key);
        writer.WriteByte(OneTime ? OneTimeFlag : (byte)0);
        writer.WriteBytes(Id.Span);
        writer.WriteString(User.Value);
        writer.WriteString(Audience);
        writer.WriteUInt64((ulong)Issued.ToUnixTimeMilliseconds());
        writer.WriteUInt64((ulong)Expires.ToUnixTimeMilliseconds());
        writer.WriteOpaque(Address);
        writer.Complete();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Mac(TokenKey key, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Secret);
        hash.AppendData(Prefix);
        hash.AppendData(body);
        hash.GetHashAndReset(mac);
    }

    // It was signed by us, so a time out of range is no attack but a bug; it reads as long past.
    private static DateTimeOffset Time(ulong milliseconds) =>
        milliseconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : DateTimeOffset.MinValue;

    /// <summary>Whom and how long, never the id: that would be half of the token.</summary>
    public override string ToString() => $"token {Digest[..8]} of {User}, until {Expires:O}";
}
