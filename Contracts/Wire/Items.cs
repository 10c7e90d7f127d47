using System.Collections;
using System.Runtime.CompilerServices;

namespace Sametime.Contracts.Wire;

/// <summary>An immutable list, compared by content, so that records which hold one compare by value. The default is the empty list.</summary>
[CollectionBuilder(typeof(Items), nameof(Items.Create))]
public readonly struct Items<T> : IReadOnlyList<T>, IEquatable<Items<T>>
{
    private readonly T[]? _items;

    private Items(T[] items) => _items = items;

    public int Count => _items?.Length ?? 0;

    public bool IsEmpty => Count == 0;

    public ReadOnlySpan<T> Span => _items;

    public T this[int index] => Span[index];

    public ReadOnlySpan<T>.Enumerator GetEnumerator() => Span.GetEnumerator();

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)(_items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => (_items ?? []).GetEnumerator();

    public bool Equals(Items<T> other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is Items<T> other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in Span)
            hash.Add(item);
        return hash.ToHashCode();
    }

    public override string ToString() => $"[{string.Join(", ", this.AsEnumerable())}]";

    public static bool operator ==(Items<T> left, Items<T> right) => left.Equals(right);

    public static bool operator !=(Items<T> left, Items<T> right) => !left.Equals(right);

    internal static Items<T> Wrap(T[] items) => new(items);
}

/// <summary>Makes <see cref="Items{T}"/>; collection expressions end up here.</summary>
public static class Items
{
    public static Items<T> Create<T>(ReadOnlySpan<T> items) => items.IsEmpty ? default : Items<T>.Wrap(items.ToArray());

    public static Items<T> ToItems<T>(this IEnumerable<T> items) => Items<T>.Wrap([.. items]);
}
