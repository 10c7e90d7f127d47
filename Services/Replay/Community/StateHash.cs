using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sametime.Services.Replay.Community;

/// <summary>
/// SHA-256 over a state written in one way only: numbers in 8 bytes, big-endian; texts as UTF-8 behind their length; lists in an order of their
/// own behind their count. Two states have the same hash when, and only when, they are the same.
/// </summary>
internal sealed class StateHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        _hash.AppendData(bytes);
    }

    public void Add(DateTimeOffset time) => Add(time.UtcTicks);

    public void Add(bool value) => Add(value ? 1 : 0);

    public void Add(string? text)
    {
        var bytes = Encoding.UTF8.GetBytes(text ?? "");
        Add(bytes);
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add(bytes.Length);
        _hash.AppendData(bytes);
    }

    /// <summary>A collection in the order of its keys' text.</summary>
    public void Add<TKey, TValue>(string name, IReadOnlyDictionary<TKey, TValue> items, Func<TKey, string> keyText, Action<StateHash, TValue> add)
    {
        Add(name);
        Add(items.Count);
        foreach (var (key, value) in items.Select(item => (Key: keyText(item.Key), item.Value)).OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            Add(key);
            add(this, value);
        }
    }

    /// <summary>The hash in hex digits.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
