using System.Runtime.CompilerServices;

namespace Sametime.Contracts.Wire;

/// <summary>
/// Bytes that the protocol carries without looking inside, compared by content. On the wire: u32 n, n bytes.
/// Immutable as long as whoever called <see cref="Wrap"/> keeps its hands off the memory.
/// </summary>
[CollectionBuilder(typeof(Opaque), nameof(Create))]
public readonly struct Opaque : IEquatable<Opaque>
{
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>Copies the bytes.</summary>
    public Opaque(ReadOnlySpan<byte> bytes) => _bytes = bytes.IsEmpty ? default : bytes.ToArray();

    private Opaque(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>No bytes at all; the same as the default.</summary>
    public static Opaque Empty => default;

    public int Length => _bytes.Length;

    public bool IsEmpty => _bytes.IsEmpty;

    public ReadOnlySpan<byte> Span => _bytes.Span;

    public ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>Takes the memory over without a copy; nobody may change it afterwards.</summary>
    public static Opaque Wrap(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>For collection expressions: <c>Opaque key = [1, 2, 3]</c>.</summary>
    public static Opaque Create(ReadOnlySpan<byte> bytes) => new(bytes);

    public ReadOnlySpan<byte>.Enumerator GetEnumerator() => Span.GetEnumerator();

    public bool Equals(Opaque other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is Opaque other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>The length only: an Opaque may hold a secret or somebody's words.</summary>
    public override string ToString() => $"{Length} bytes";

    public static bool operator ==(Opaque left, Opaque right) => left.Equals(right);

    public static bool operator !=(Opaque left, Opaque right) => !left.Equals(right);
}
