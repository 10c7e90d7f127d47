using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications;

/// <summary>
/// Hub to Directory: who is in this public group? A group that nobody knows is NoSuchElement and never an empty list; a directory that does
/// not answer is ServerNotResponding; a group too large for one answer is NotEnoughResources.
/// <code>group String</code>
/// </summary>
public sealed record GroupMembersRequest(string Group) : ILinkRequest<GroupMembersRequest, GroupMembersReply>
{
    public static ServiceType Service => CommunityServices.Directory;

    public static ushort Code => 1;

    public static GroupMembersRequest Read(ref WireReader reader) => new(reader.ReadString());

    public void Write(ref WireWriter writer) => writer.WriteString(Group);
}

/// <summary>Directory to hub: the members, each once.
/// <code>users count + String each  user ids</code></summary>
public sealed record GroupMembersReply(Items<UserId> Members) : ILinkReply<GroupMembersReply>
{
    public static GroupMembersReply Read(ref WireReader reader) => new(UserIds.Read(ref reader));

    public void Write(ref WireWriter writer) => UserIds.Write(ref writer, Members);
}
