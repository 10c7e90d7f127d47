using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.Clique;
using Sametime.Hub.Logins;

namespace Sametime.Hub.Homes;

/// <summary>
/// Decides at which hub a login belongs. The directory names a hub or a cluster as the home of a user; empty is any hub.
/// <code>
/// 1. where he is online already, here or elsewhere, home or not: two of his logins at two hubs would be a double login, and a home
///    that has changed counts from the first login after his last one has ended
/// 2. here, if this hub is his home, or a member of his home cluster, or he has none
/// 3. at the home that is linked and has the fewest logins; among equals the lowest number
/// 4. nowhere at the moment: his client is to come back
/// </code>
/// After <see cref="Redirect.Max"/> redirects it is 2 or 4, so that hubs that know different things never send a login round. A hub
/// that drains is no place to be, neither by 1 nor by 2: it sends on whom another hub may take.
/// </summary>
internal sealed class Homes(OnlineUsers online, Clique.Clique clique, OnlineDirectory.OnlineDirectory directory, HubOptions options)
{
    /// <summary>Another hub is linked that could take a login.</summary>
    public bool HasOthers => clique.Peers.Any(CanReach);

    /// <summary>Where a login of this user goes.</summary>
    /// <param name="user">Who it is, as the directory has said.</param>
    /// <param name="home">Name of a hub or cluster; empty for any.</param>
    /// <param name="redirects">Hubs that have sent this login on.</param>
    /// <param name="isOpen">This hub takes logins.</param>
    public HomeDecision Decide(UserId user, string home, byte redirects, bool isOpen = true)
    {
        if (isOpen && online.TryGetUser(user, out _))
            return HomeDecision.Here;

        // A hub that is alone asks no directory who is where.
        var maySendOn = redirects < Redirect.Max && clique.Peers.Count > 0;
        if (maySendOn && directory.WhereIs(user) is { } present && CanReach(present))
            return HomeDecision.At(present);
        if (isOpen && IsMeant(home, options.Name, options.Cluster))
            return HomeDecision.Here;

        var nearest = maySendOn
            ? clique.Peers.Where(peer => IsMeant(home, peer.Name, peer.Cluster) && CanReach(peer)).OrderBy(LoginsAt).ThenBy(peer => peer.Number).FirstOrDefault()
            : null;
        return nearest is null ? HomeDecision.Nowhere : HomeDecision.At(nearest);
    }

    /// <summary>Whether a name means a hub: by its own name, or by that of its cluster. Case makes no difference.</summary>
    public static bool IsMeant(string home, string hub, string cluster) =>
        home.Length == 0
        || home.Equals(hub, StringComparison.OrdinalIgnoreCase)
        || home.Equals(cluster, StringComparison.OrdinalIgnoreCase);

    // An Edge finds a hub by the addresses it has told.
    private static bool CanReach(HubPeer peer) => peer.LinkAddresses.Count > 0;

    private int LoginsAt(HubPeer peer) => directory.TryGetPart(peer.Number, out var part) ? part.Logins.Count : 0;
}

/// <summary>Where a login goes.</summary>
/// <param name="IsHere">It stays.</param>
/// <param name="Elsewhere">The hub it is sent to; null when it stays, or can be nowhere now.</param>
internal readonly record struct HomeDecision(bool IsHere, HubPeer? Elsewhere)
{
    public static HomeDecision Here => new(true, null);

    public static HomeDecision Nowhere => default;

    public static HomeDecision At(HubPeer peer) => new(false, peer);
}
