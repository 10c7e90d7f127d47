using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Replay.Community;

/// <summary>A user of the sandbox's directory. His password's hash is not in it.</summary>
internal sealed record SandboxUser(string DisplayName, Items<string> LoginNames, string Description, string HomeHub = "", bool IsDisabled = false);

/// <summary>A public group.</summary>
internal sealed record SandboxGroup(string Description, Items<UserId> Members);

/// <summary>The embedded directory.</summary>
internal sealed class SandboxDirectory
{
    private readonly Dictionary<UserId, SandboxUser> _users = [];
    private readonly Dictionary<string, SandboxGroup> _groups = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyDictionary<UserId, SandboxUser> Users => _users;

    public IReadOnlyDictionary<string, SandboxGroup> Groups => _groups;

    public void Apply(IEvent payload)
    {
        switch (payload)
        {
            case UserAdded fact:
                _users[fact.User] = new SandboxUser(fact.DisplayName, fact.LoginNames, fact.Description);
                break;
            case UserRemoved fact:
                _users.Remove(fact.User);
                RemoveFromGroups(fact.User);
                break;
            case UserHomeSet fact when _users.TryGetValue(fact.User, out var user):
                _users[fact.User] = user with { HomeHub = fact.HomeHub };
                break;
            case UserRenamed fact when _users.TryGetValue(fact.User, out var user):
                _users[fact.User] = user with { DisplayName = fact.DisplayName, LoginNames = fact.LoginNames, Description = fact.Description };
                break;
            case UserDisabled fact when _users.TryGetValue(fact.User, out var user):
                _users[fact.User] = user with { IsDisabled = true };
                break;
            case UserEnabled fact when _users.TryGetValue(fact.User, out var user):
                _users[fact.User] = user with { IsDisabled = false };
                break;
            case GroupSaved fact:
                _groups[fact.Group] = new SandboxGroup(fact.Description, fact.Members);
                break;
            case GroupRemoved fact:
                _groups.Remove(fact.Group);
                break;
        }
    }

    public void AddTo(StateHash hash)
    {
        hash.Add("users", _users, user => user.Value.ToUpperInvariant(), static (hash, user) =>
        {
            hash.Add(user.DisplayName);
            hash.Add(user.LoginNames.Count);
            foreach (var name in user.LoginNames)
                hash.Add(name);
            hash.Add(user.Description);
            hash.Add(user.HomeHub);
            hash.Add(user.IsDisabled);
        });
        hash.Add("groups", _groups, group => group.ToUpperInvariant(), static (hash, group) =>
        {
            hash.Add(group.Description);
            hash.Add(group.Members.Count);
            foreach (var member in group.Members)
                hash.Add(member.Value);
        });
    }

    private void RemoveFromGroups(UserId user)
    {
        foreach (var (name, group) in _groups.Where(group => group.Value.Members.Contains(user)).ToArray())
            _groups[name] = group with { Members = group.Members.Where(member => member != user).ToItems() };
    }
}
