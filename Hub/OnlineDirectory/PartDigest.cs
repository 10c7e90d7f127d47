using Sametime.Contracts.Link.Hubs;

namespace Sametime.Hub.OnlineDirectory;

/// <summary>
/// Digest of a part: the sum of one 64-bit hash an entry, so that it follows each change in a few nanoseconds and does not depend on the
/// order of the entries. It is the same in every process. It finds mistakes and losses, it is no protection against forgery; the link is that.
/// </summary>
internal static class PartDigest
{
    private const ulong Basis = 0xCBF2_9CE4_8422_2325;
    private const ulong Prime = 0x0000_0100_0000_01B3;

    /// <summary>What a change adds to the digest.</summary>
    public static ulong Of(in DirectoryChange change) => change.Kind switch
    {
        DirectoryChangeKind.LoginCame => Of(change.Login),
        DirectoryChangeKind.LoginGone => 0 - Of(change.Login),
        DirectoryChangeKind.PlaceOpened => Of(change.Place),
        _ => 0 - Of(change.Place),
    };

    public static ulong Of(in DirectoryLogin login) =>
        Mix(Add(Add(Add(Add(Basis, login.Sequence), (ulong)login.Kind), login.Since), login.User.Value));

    /// <summary>A place.</summary>
    public static ulong Of(string place) => Mix(Add(Add(Basis, ulong.MaxValue), place));

    /// <summary>What a part adds to the digest of the whole community; an empty part adds something too.</summary>
    public static ulong OfPart(ushort hub, uint incarnation, ulong digest) => Mix(Add(Add(Add(Basis, hub), incarnation), digest));

    private static ulong Add(ulong hash, ulong value) => (hash ^ value) * Prime;

    private static ulong Add(ulong hash, string text)
    {
        foreach (var character in text)
            hash = Add(hash, character);
        return hash;
    }

    // Without it, entries that differ by little would differ by little in the sum.
    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 30)) * 0xBF58_476D_1CE4_E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D0_49BB_1331_11EB;
        return hash ^ (hash >> 31);
    }
}
