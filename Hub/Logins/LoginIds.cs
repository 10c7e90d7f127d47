using Sametime.Contracts.Wire;

namespace Sametime.Hub.Logins;

/// <summary>
/// Gives login ids: never the same twice, because a start of the hub has an incarnation of its own and counts up in it.
/// </summary>
internal sealed class LoginIds(ushort hub, uint incarnation)
{
    private uint _last;

    public uint Incarnation => incarnation;

    /// <summary>Throws after four billion logins without a restart rather than begin again.</summary>
    public LoginId Next() => new(hub, incarnation, checked(++_last));
}
