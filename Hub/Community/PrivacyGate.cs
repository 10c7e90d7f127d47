using Sametime.Hub.Logins;

namespace Sametime.Hub.Community;

/// <summary>Asks the target's privacy list before anything of one user reaches another.</summary>
internal sealed class PrivacyGate(HubCounters counters)
{
    /// <summary>Applications speak for the community and pass.</summary>
    public bool MayReach(Participant from, Participant to)
    {
        if (from is not Login sender || to is not Login target || !target.User.IsHiddenFrom(sender.User.Id))
            return true;

        counters.HiddenByPrivacy++;
        return false;
    }
}
