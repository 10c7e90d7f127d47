using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.Channels;
using Sametime.Hub.Community;

namespace Sametime.Hub.Logins;

/// <summary>
/// Ends logins: their channels are destroyed at the far ends, the community is told. A handle is free when both ends of the Edge link
/// have sent Detach; until then what still comes on it is ignored.
/// </summary>
internal sealed class LoginEnding(OnlineUsers online, ChannelEnding channels, CommunityEvents community, HubFacts facts, HubCounters counters)
{
    /// <summary>The hub ends it; the Edge tells the client why.</summary>
    public void End(Login login, Reason reason)
    {
        if (login.State == LoginState.Ended)
            return;

        Leave(login, reason);
        login.Link!.Send(login.Handle, new Detach(reason));
    }

    /// <summary>The Edge says that the connection is over, or confirms that the hub has ended it.</summary>
    public void OnDetached(EdgeNode edge, uint handle, Reason reason)
    {
        if (!edge.ByHandle.Remove(handle, out var login) || login.State == LoginState.Ended)
            return;

        Leave(login, reason);
        edge.Link!.Send(handle, new Detach(reason));
    }

    /// <summary>The Edge's link is lost, so there is nobody left to tell. Returns how many channels broke.</summary>
    public int OnEdgeLost(EdgeNode edge)
    {
        // All of them first: nothing may be sent to one because another one ends.
        foreach (var login in edge.ByHandle.Values)
            login.IsLoggedIn = false;

        var broken = 0;
        foreach (var login in edge.ByHandle.Values)
            broken += login.State == LoginState.Ended ? 0 : Leave(login, Reason.ConnectionBroken);
        edge.ByHandle.Clear();
        return broken;
    }

    private int Leave(Login login, Reason reason)
    {
        var wasIn = login.State == LoginState.In;
        login.End();
        if (!wasIn)
            return 0;

        // The far ends hear of a break, unless the client has said goodbye.
        var farReason = reason == Reason.Success ? Reason.Success : Reason.ConnectionBroken;
        var broken = channels.EndAll(login, farReason);
        online.Remove(login);
        counters.LoginsEnded++;
        if (broken > 0 && farReason != Reason.Success)
            facts.RouteBroken(login.LoginId.ToString(), broken, reason);
        facts.LoggedOut(login, reason);
        community.Tell(new LoggedOut(login.LoginId.ToString(), login.User.Id.Value, reason));
        return broken;
    }
}
