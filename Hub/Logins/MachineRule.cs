using Sametime.Contracts.Wire;
using Sametime.Hub.Community;

namespace Sametime.Hub.Logins;

/// <summary>
/// The single-machine rule: a new login ends the user's logins from another address, and the oldest from its own when there would be
/// too many. The reason is one after which a client does not come back by itself, or two clients would chase each other for ever.
/// </summary>
internal sealed class MachineRule(LoginEnding ending, HubFacts facts, HubOptions options, HubCounters counters)
{
    private const Reason Displaced = Reason.MultiServerLogin;

    /// <summary>Makes room for <paramref name="newcomer"/>, who is about to be one of the user's logins.</summary>
    public void MakeRoom(User user, Login newcomer, LoginId newcomerId)
    {
        foreach (var login in user.Logins.ToArray())
        {
            var isElsewhere = options.SingleMachineRule && login.Address != newcomer.Address;
            if (isElsewhere || user.Logins.Count >= options.Limits.LoginsPerUser)
                Displace(login, newcomerId);
        }
    }

    private void Displace(Login login, LoginId by)
    {
        counters.LoginsDisplaced++;
        facts.LoginDiscarded(login, by, Displaced);
        ending.End(login, Displaced);
    }
}
