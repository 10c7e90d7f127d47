namespace Sametime.Contracts.Wire.Resolve;

/// <summary>
/// What one name means: element of a <see cref="ResolveResponse"/>.
/// <code>
/// length   uint32   bytes from this field to the end of the result; readers skip it
/// code     uint32   (Reason) Success, NoSuchUser, ResolveMultiple = several although a unique one was asked for, ResolveBadForm
/// name     string   as asked
/// count    uint32
/// matches  count × ResolveMatch
/// </code>
/// Clients that ask for a user take the answer as certain only if the code is Success, there is one match, and its id equals the name as
/// typed. Direction: to client. Source: community protocol, resolve.
/// </summary>
public readonly record struct ResolveResult(Reason Code, string Name, Items<ResolveMatch> Matches)
{
    // Length, code, empty name, count.
    internal const int SizeMin = 4 + 4 + 2 + 4;

    public static ResolveResult Read(ref WireReader reader)
    {
        _ = reader.ReadUInt32();
        return new(
            Code: (Reason)reader.ReadUInt32(),
            Name: reader.ReadString(),
            Matches: reader.ReadItems(ResolveMatch.SizeMin, ResolveMatch.Read));
    }

    public void Write(ref WireWriter writer)
    {
        var length = writer.ReserveUInt32();
        writer.WriteUInt32((uint)Code);
        writer.WriteString(Name);
        writer.WriteUInt32((uint)Matches.Count);
        foreach (var match in Matches)
            match.Write(ref writer);
        writer.PatchUInt32(length, (uint)(writer.Position - length));
    }
}
