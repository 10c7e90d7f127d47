using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Hub.Clique;

namespace Sametime.Hub.OnlineDirectory;

/// <summary>
/// Who is online at which hub, and which place is active where. Each hub owns its part; this is a replica of the parts of the others.
/// </summary>
internal sealed class OnlineDirectory
{
    private readonly Dictionary<UserId, HubPeer> _users = [];

    /// <summary>The live hub that a user is online at, when it is another one than this.</summary>
    public HubPeer? WhereIs(UserId user) => _users.GetValueOrDefault(user);

    /// <summary>A hub is there, and has nothing of ours yet.</summary>
    public void OnJoined(HubPeer peer) => OnLeft(peer, Reason.SignedOnAgain);

    /// <summary>The link of a hub is lost.</summary>
    public void OnLeft(HubPeer peer, Reason reason)
    {
        foreach (var (user, _) in _users.Where(entry => entry.Value.Number == peer.Number).ToArray())
            _users.Remove(user);
    }

    /// <summary>A frame of the directory. False when it breaks the rules.</summary>
    public bool Handle(HubPeer peer, in LinkFrame frame) => peer.HasJoined && _users is not null;
}
