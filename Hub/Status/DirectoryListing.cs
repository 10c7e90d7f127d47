namespace Sametime.Hub.Status;

/// <summary>The Online Directory as this hub has it.</summary>
/// <param name="Digest">Over all parts, 16 hex digits: equal on all hubs that know the same.</param>
/// <param name="Parts">A part for each hub, this one's too, by hub number.</param>
internal sealed record DirectoryListing(string Digest, IReadOnlyList<PartListing> Parts);

/// <summary>The part of one hub.</summary>
/// <param name="Hub">Its number.</param>
/// <param name="Incarnation">Which start of it.</param>
/// <param name="IsLive">False while the link to it is lost, or its first snapshot is not complete.</param>
/// <param name="Sequence">Number of the last change.</param>
/// <param name="Logins">Users and guests that are online there.</param>
/// <param name="Places">Places that are active there.</param>
/// <param name="Digest">16 hex digits.</param>
internal sealed record PartListing(ushort Hub, uint Incarnation, bool IsLive, ulong Sequence, int Logins, int Places, string Digest);
