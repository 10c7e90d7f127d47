using Sametime.Contracts.Wire;

namespace Sametime.Contracts.ServerApplications;

/// <summary>
/// Lets the channels of one login share one <see cref="LoginInfo"/>: a client opens all its channels right after its login, so a
/// small table of the latest finds nearly all of them and no idle login is described three times in memory.
/// </summary>
internal sealed class RecentPeers
{
    private const int Slots = 256;
    private readonly LoginInfo?[] _latest = new LoginInfo?[Slots];

    public LoginInfo? Share(LoginInfo? peer)
    {
        if (peer is null)
            return null;
        ref var slot = ref _latest[(uint)peer.LoginId.GetHashCode(StringComparison.Ordinal) % Slots];
        if (slot != peer)
            slot = peer;
        return slot;
    }
}
