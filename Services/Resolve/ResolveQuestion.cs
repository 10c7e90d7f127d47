using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Resolve;

namespace Sametime.Services.Resolve;

/// <summary>
/// What a client wants to know of each name, and the answer to it from what the directory found. Pure.
/// <list type="bullet">
/// <item>A name that is an id, whatever the case, comes back first and spelled as typed: clients take an answer as certain only then.</item>
/// <item>Unique: one match or none. The id itself is unique however many names begin with it; so is a display name that is typed whole.</item>
/// <item>FirstOnly: the best match.</item>
/// </list>
/// </summary>
internal readonly struct ResolveQuestion(ResolveFlags flags)
{
    private const char Wildcard = '*';

    /// <summary>What to look for; users when nothing is said.</summary>
    public DirectoryKinds Kinds =>
        (flags.HasFlag(ResolveFlags.Groups) ? DirectoryKinds.Groups : DirectoryKinds.None)
        | (flags.HasFlag(ResolveFlags.Users) || !flags.HasFlag(ResolveFlags.Groups) ? DirectoryKinds.Users : DirectoryKinds.None);

    /// <summary>False for names whose form cannot be looked up: empty, a bare wildcard, too long.</summary>
    public static bool CanBeLookedUp(string name, int charsMax) => name.Length <= charsMax && TermOf(name).Length > 0;

    /// <summary>The part to search by. The beginning of a name is enough anyway, so a wildcard at the end says nothing new.</summary>
    public static string TermOf(string name) => name.Trim().TrimEnd(Wildcard);

    /// <summary>The code of the whole answer.</summary>
    public static Reason Overall(ReadOnlySpan<ResolveResult> results, bool isCut)
    {
        var resolved = 0;
        var ambiguous = 0;
        foreach (var result in results)
        {
            resolved += result.Code == Reason.Success ? 1 : 0;
            ambiguous += result.Code == Reason.ResolveMultiple ? 1 : 0;
        }
        if (resolved == results.Length)
            return isCut ? Reason.ResolvePartial : Reason.Success;
        if (resolved > 0)
            return Reason.ResolvePartial;
        return ambiguous > 0 ? Reason.ResolveMultiple : results[0].Code;
    }

    /// <summary>The result for one name. <paramref name="isCut"/> when more would have fitted than is told.</summary>
    public ResolveResult Decide(string name, DirectoryMatches found, out bool isCut)
    {
        isCut = false;
        var matches = found.Matches;
        if (matches.IsEmpty)
            return new ResolveResult(found.IsPartial ? Reason.ResolveBadForm : Reason.NoSuchUser, name, []);

        if (flags.HasFlag(ResolveFlags.Unique))
        {
            return FindUnique(name, found) is { } only
                ? new ResolveResult(Reason.Success, name, [ToMatch(name, only)])
                : new ResolveResult(Reason.ResolveMultiple, name, []);
        }
        if (flags.HasFlag(ResolveFlags.FirstOnly))
            return new ResolveResult(Reason.Success, name, [ToMatch(name, matches[0])]);

        isCut = found.IsPartial;
        return new ResolveResult(Reason.Success, name, matches.Select(match => ToMatch(name, match)).ToItems());
    }

    private static DirectoryMatch? FindUnique(string name, DirectoryMatches found)
    {
        if (found.Matches is [var single] && !found.IsPartial)
            return single;
        if (IsSame(found.Matches[0].Id, name))
            return found.Matches[0];
        DirectoryMatch? named = null;
        foreach (var match in found.Matches)
        {
            if (!IsSame(match.Name, name))
                continue;
            if (named is not null)
                return null;
            named = match;
        }
        return named;
    }

    private static ResolveMatch ToMatch(string name, DirectoryMatch match) => new(
        IsSame(match.Id, name) ? name : match.Id,
        match.Name,
        match.Description,
        match.Kind == DirectoryKinds.Groups ? ResolveKind.Group : ResolveKind.User);

    private static bool IsSame(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
