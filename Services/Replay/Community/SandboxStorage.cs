using System.Globalization;
using System.Security.Cryptography;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Replay.Community;

/// <summary>What a user has stored: of each value its size and digest, which is all that comparing needs.</summary>
internal sealed class SandboxStored
{
    public Dictionary<uint, SandboxValue> Values { get; } = [];

    public PrivacyListSaved? Privacy { get; set; }
}

/// <summary>A stored value.</summary>
internal readonly record struct SandboxValue(int Length, string Digest);

/// <summary>What users keep on the server.</summary>
internal sealed class SandboxStorage
{
    private readonly Dictionary<UserId, SandboxStored> _users = [];

    public IReadOnlyDictionary<UserId, SandboxStored> Users => _users;

    public void Apply(IEvent payload)
    {
        switch (payload)
        {
            case UserStorageItemSaved fact:
                Of(fact.User).Values[fact.Key] = new SandboxValue(fact.Value.Length, Convert.ToHexStringLower(SHA256.HashData(fact.Value.Span)));
                break;
            case PrivacyListSaved fact:
                Of(fact.User).Privacy = fact;
                break;
            case UserRemoved fact:
                _users.Remove(fact.User);
                break;
        }
    }

    public void AddTo(StateHash hash) => hash.Add("stored", _users, user => user.Value.ToUpperInvariant(), static (hash, stored) =>
    {
        hash.Add("values", stored.Values, key => key.ToString(CultureInfo.InvariantCulture), static (hash, value) =>
        {
            hash.Add(value.Length);
            hash.Add(value.Digest);
        });
        hash.Add(stored.Privacy is not null);
        if (stored.Privacy is not { } privacy)
            return;
        hash.Add(privacy.Deny);
        hash.Add(privacy.Listed.Count);
        foreach (var listed in privacy.Listed)
        {
            hash.Add(listed.User.Value);
            hash.Add(listed.Community);
            hash.Add(listed.Name);
        }
    });

    private SandboxStored Of(UserId user)
    {
        if (!_users.TryGetValue(user, out var stored))
            _users.Add(user, stored = new SandboxStored());
        return stored;
    }
}
