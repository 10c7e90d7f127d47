using Sametime.Contracts.Wire;

namespace Sametime.Services.BuddyList;

/// <summary>A privacy list, ready to be asked. Who is not listed under our own community cannot be one of our watchers.</summary>
internal sealed class PrivacyRule
{
    private readonly bool _deny;
    private readonly HashSet<string>? _listed;

    private PrivacyRule(PrivacyInfo list)
    {
        _deny = list.Deny;
        foreach (var user in list.Users)
        {
            if (user.Community.Length == 0)
                (_listed ??= new(StringComparer.OrdinalIgnoreCase)).Add(user.User.Value);
        }
    }

    /// <summary>Nobody is kept away; shared by all users without a list.</summary>
    public static PrivacyRule Everybody { get; } = new(PrivacyInfo.Everybody);

    /// <summary>Everybody is kept away.</summary>
    public static PrivacyRule Nobody { get; } = new(PrivacyInfo.Nobody);

    public static PrivacyRule Of(PrivacyInfo list) => list is { Deny: true, Users.IsEmpty: true } ? Everybody : new PrivacyRule(list);

    /// <summary>The list again, without those who cannot be watchers.</summary>
    public PrivacyInfo ToInfo() => new(_deny, _listed is null ? [] : [.. _listed.Select(static user => new UserItem(new UserId(user)))]);

    public bool Allows(string userId) => (_listed?.Contains(userId) ?? false) != _deny;
}
