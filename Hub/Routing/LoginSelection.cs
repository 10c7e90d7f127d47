using Sametime.Contracts.Wire;
using Sametime.Hub.Logins;

namespace Sametime.Hub.Routing;

/// <summary>Picks the login that is meant when a user is addressed; the rules are those of <see cref="LoginSelectionRule"/>.</summary>
internal static class LoginSelection
{
    public static Login? Choose(List<Login> logins, LoginSelectionRule rule)
    {
        Login? best = null;
        foreach (var login in logins)
        {
            if (best is null || Compare(login, best, rule) > 0)
                best = login;
        }
        return best;
    }

    private static int Compare(Login left, Login right, LoginSelectionRule rule)
    {
        var byStatus = rule == LoginSelectionRule.BestStatusThenLatest ? Rank(left.Status.Status).CompareTo(Rank(right.Status.Status)) : 0;
        return byStatus != 0 ? byStatus : left.Activity.CompareTo(right.Activity);
    }

    // Even steps, so that "mobile" is half a step.
    private static int Rank(StatusCode status)
    {
        var rank = (status & ~StatusCode.Mobile) switch
        {
            StatusCode.Active => 10,
            StatusCode.InMeeting => 8,
            StatusCode.Idle => 6,
            StatusCode.Away => 4,
            StatusCode.DoNotDisturb => 2,
            StatusCode.Offline => 0,
            _ => 10, // Clients show what they do not know as available.
        };
        return (status & StatusCode.Mobile) != 0 ? rank - 1 : rank;
    }
}
