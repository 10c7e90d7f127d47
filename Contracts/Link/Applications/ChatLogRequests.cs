using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications;

/// <summary>
/// Any server application to Chat Logging: what was said? Who asks for a person names him, and the reading is stated in the log. A
/// condition that is empty lets everything pass; the time is all of it when both ends are 0.
/// <code>
/// reader String, user String, with String, conversation String, place String, text String
/// from uint64, to uint64 (ticks of 100 ns since year 1, UTC; to excluded)
/// after ChatLogPlace (sequence 0: from the beginning), entries uint32 (0: as many as a page holds)
/// </code>
/// </summary>
/// <param name="Reader">Person who is to read it, by his user id; required.</param>
/// <param name="User">Said by him or to him.</param>
/// <param name="With">And the other one is this; only together with <paramref name="User"/>.</param>
/// <param name="Conversation">Of this conversation.</param>
/// <param name="Place">In this place.</param>
/// <param name="Text">Lines that hold this.</param>
/// <param name="FromTicks">At this time or later.</param>
/// <param name="ToTicks">Before this time; 0 for no end.</param>
/// <param name="After">The last reply's <see cref="ChatLogReply.Next"/>.</param>
/// <param name="EntriesMax">Entries of the reply at most.</param>
public sealed record ChatLogRequest(
    string Reader,
    UserId User = default,
    UserId With = default,
    string Conversation = "",
    string Place = "",
    string Text = "",
    ulong FromTicks = 0,
    ulong ToTicks = 0,
    ChatLogPlace After = default,
    uint EntriesMax = 0) : ILinkRequest<ChatLogRequest, ChatLogReply>
{
    public static ServiceType Service => CommunityServices.ChatLogging;

    public static ushort Code => 2;

    public static ChatLogRequest Read(ref WireReader reader) => new(
        reader.ReadString(), new UserId(reader.ReadString()), new UserId(reader.ReadString()), reader.ReadString(), reader.ReadString(), reader.ReadString(),
        reader.ReadUInt64(), reader.ReadUInt64(), ChatLogPlace.Read(ref reader), reader.ReadUInt32());

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(Reader);
        writer.WriteString(User.ToString());
        writer.WriteString(With.ToString());
        writer.WriteString(Conversation);
        writer.WriteString(Place);
        writer.WriteString(Text);
        writer.WriteUInt64(FromTicks);
        writer.WriteUInt64(ToTicks);
        After.Write(ref writer);
        writer.WriteUInt32(EntriesMax);
    }
}

/// <summary>Where in the log of conversations an entry is: by time, then by stream and sequence.
/// <code>occurred uint64 (ticks), stream String, sequence uint64</code></summary>
public readonly record struct ChatLogPlace(ulong OccurredTicks, string Stream, ulong Sequence)
{
    internal static ChatLogPlace Read(ref WireReader reader) => new(reader.ReadUInt64(), reader.ReadString(), reader.ReadUInt64());

    internal void Write(ref WireWriter writer)
    {
        writer.WriteUInt64(OccurredTicks);
        writer.WriteString(Stream ?? "");
        writer.WriteUInt64(Sequence);
    }
}

/// <summary>One entry: a line or a mark, as the fact that was captured.
/// <code>at ChatLogPlace, conversation String, undelivered uint32 (0: delivered, or no line), name String, version uint16, fields opaque (JSON)</code></summary>
public sealed record ChatLogFact(ChatLogPlace At, string Conversation, Reason Undelivered, string Name, int Version, Opaque Fields)
{
    internal const int BytesMin = 18 + 2 + 4 + 2 + 2 + 4;

    internal static ChatLogFact Read(ref WireReader reader) => new(
        ChatLogPlace.Read(ref reader), reader.ReadString(), (Reason)reader.ReadUInt32(), reader.ReadString(), reader.ReadUInt16(), reader.ReadOpaque());

    internal void Write(ref WireWriter writer)
    {
        At.Write(ref writer);
        writer.WriteString(Conversation);
        writer.WriteUInt32((uint)Undelivered);
        writer.WriteString(Name);
        writer.WriteUInt16((ushort)Version);
        writer.WriteOpaque(Fields);
    }
}

/// <summary>Chat Logging to whoever asked: some entries in order.
/// <code>count uint32, each ChatLogFact; next ChatLogPlace (sequence 0: nothing comes behind these)</code></summary>
public sealed record ChatLogReply(Items<ChatLogFact> Entries, ChatLogPlace Next) : ILinkReply<ChatLogReply>
{
    public static ChatLogReply Read(ref WireReader reader) =>
        new(reader.ReadItems(ChatLogFact.BytesMin, ChatLogFact.Read), ChatLogPlace.Read(ref reader));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32((uint)Entries.Count);
        foreach (var entry in Entries)
            entry.Write(ref writer);
        Next.Write(ref writer);
    }
}
