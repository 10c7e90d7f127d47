using Sametime.Contracts.Wire;

namespace Sametime.Hub.Logins;

/// <summary>A user (or guest) with at least one login.</summary>
internal sealed class User(UserId id, PrivacyInfo privacy)
{
    private HashSet<UserId> _listed = [.. privacy.Users.Select(item => item.User)];

    public UserId Id => id;

    /// <summary>His logins, oldest first.</summary>
    public List<Login> Logins { get; } = [];

    public PrivacyInfo Privacy { get; private set; } = privacy;

    /// <summary>A list that is being stored; until that is done it does not apply.</summary>
    public bool IsSavingPrivacy { get; set; }

    /// <summary>The newest list that came meanwhile, and who sent it. Older ones are not worth storing any more.</summary>
    public (Login Saver, PrivacyInfo Privacy)? NextPrivacy { get; set; }

    public void SetPrivacy(PrivacyInfo privacy)
    {
        Privacy = privacy;
        _listed = [.. privacy.Users.Select(item => item.User)];
    }

    /// <summary>Whether this user wishes to be absent for that one. Nobody is hidden from himself.</summary>
    public bool IsHiddenFrom(UserId other) => other != id && _listed.Contains(other) == Privacy.Deny;
}
