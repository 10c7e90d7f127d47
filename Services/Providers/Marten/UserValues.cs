using System.Security.Cryptography;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Providers.Marten;

/// <summary>What a user has stored, as far as a decision on his next write needs it: of each value its length and a digest.</summary>
internal sealed class UserValues
{
    private readonly Dictionary<uint, (long Bytes, byte[] Digest)> _values = [];

    /// <summary>His privacy list as it is written; null if he has none.</summary>
    public string? PrivacyFields { get; private set; }

    public bool Holds(uint key, Opaque value) =>
        _values.TryGetValue(key, out var known) && known.Bytes == value.Length && known.Digest.AsSpan().SequenceEqual(SHA256.HashData(value.Span));

    /// <summary>How many keys he would have, and bytes under them, with these items stored.</summary>
    public (int Keys, long Bytes) With(IEnumerable<(uint Key, int Bytes)> items)
    {
        var sizes = _values.ToDictionary(value => value.Key, value => value.Value.Bytes);
        foreach (var (key, bytes) in items)
            sizes[key] = bytes;
        return (sizes.Count, sizes.Values.Sum());
    }

    /// <summary>Takes in what is stored.</summary>
    public void Load(uint key, long bytes, byte[] digest) => _values[key] = (bytes, digest);

    /// <summary>Takes in his stored list.</summary>
    public void Load(string privacyFields) => PrivacyFields = privacyFields;

    /// <summary>Takes in a fact that was decided in the same commit.</summary>
    public void Apply(IEvent fact)
    {
        switch (fact)
        {
            case UserStorageItemSaved saved:
                _values[saved.Key] = (saved.Value.Length, SHA256.HashData(saved.Value.Span));
                break;
            case PrivacyListSaved saved:
                PrivacyFields = EventCatalogue.Current.Write(saved).Json;
                break;
            case UserRemoved:
                _values.Clear();
                PrivacyFields = null;
                break;
        }
    }
}
