using Sametime.Hub.Logins;

namespace Sametime.Hub.Community;

/// <summary>
/// Asks the target's privacy list before anything of one user reaches another. The hub that a user is logged in to has his list, so what
/// comes from another hub is asked for here as well.
/// </summary>
internal sealed class PrivacyGate(HubCounters counters)
{
    /// <summary>Applications speak for the community and pass.</summary>
    public bool MayReach(Identity from, Participant to)
    {
        if (!from.IsPerson || to is not Login target || !target.User.IsHiddenFrom(from.Info.UserId))
            return true;

        counters.HiddenByPrivacy++;
        return false;
    }
}
