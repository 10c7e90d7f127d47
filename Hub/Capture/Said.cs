using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.InstantMessaging;

namespace Sametime.Hub.Capture;

/// <summary>What one message on an IM channel says, as far as the log is concerned.</summary>
/// <param name="Kind">Whether there is something to capture.</param>
/// <param name="Content">What the text of a line is.</param>
/// <param name="Text">The text of a line.</param>
internal readonly record struct Said(SaidKind Kind, ChatContent Content = ChatContent.Text, string Text = "")
{
    // What PostgreSQL's JSON cannot hold, shown as what it is.
    private const char Nul = '\0';
    private const char VisibleNul = '\u2400';

    /// <summary>Reads a ChannelSend, from its type on.</summary>
    /// <param name="message">The message.</param>
    /// <param name="bytesMax">Data bytes above which a message is not read; a client's are refused before they come here.</param>
    /// <param name="author">What its author has said of a long message before; this goes on with it.</param>
    public static Said Read(ReadOnlySpan<byte> message, int bytesMax, LongMessage author)
    {
        var reader = new WireReader(message);
        var header = MessageHeader.Read(ref reader);
        header.SkipAttributes(ref reader);
        var type = reader.ReadUInt16();
        var data = reader.ReadOpaqueSpan();
        if (reader.Error is not null || data.Length > bytesMax)
            return new Said(SaidKind.Unreadable);
        if ((header.Options & MessageOptions.Encrypted) != 0)
            return new Said(SaidKind.Encrypted);
        return type == ImMessageTypes.Message && !data.IsEmpty ? ReadContent(data, author) : new Said(SaidKind.Signal);
    }

    private static Said ReadContent(ReadOnlySpan<byte> data, LongMessage author)
    {
        var reader = new WireReader(data);
        var kind = reader.ReadUInt32();
        var said = kind switch
        {
            // Not as a String, which a client may have filled with whatever its encoding is.
            ImText.KindNumber => Line(ChatContent.Text, reader.ReadBytes(reader.ReadUInt16()), author),
            ImData.KindNumber => ReadData(ref reader, author),
            _ => new Said(SaidKind.Signal),
        };
        return reader.Error is null ? said : new Said(SaidKind.Unreadable);
    }

    private static Said ReadData(ref WireReader reader, LongMessage author)
    {
        var type = (ImDataType)reader.ReadUInt32();
        reader.ReadUInt32();
        var bytes = reader.ReadOpaqueSpan();
        switch (type)
        {
            case ImDataType.Html:
                return Line(ChatContent.Html, bytes, author);

            case ImDataType.Mime:
                return Line(ChatContent.Mime, bytes, author);

            case ImDataType.Subject:
                return Line(ChatContent.Subject, bytes, author);

            case ImDataType.LongMessageStart:
                author.Begin();
                break;

            case ImDataType.LongMessageEnd:
                author.End();
                break;
        }
        return new Said(SaidKind.Signal);
    }

    private static Said Line(ChatContent content, ReadOnlySpan<byte> bytes, LongMessage author) =>
        new(SaidKind.Line, content, author.Read(bytes).Replace(Nul, VisibleNul));
}

/// <summary>Whether a message is for the log.</summary>
internal enum SaidKind
{
    /// <summary>No words: typing, a time stamp, an invitation, the marks of a long message, and kinds that no known client shows.</summary>
    Signal,

    /// <summary>Words to capture.</summary>
    Line,

    /// <summary>Encrypted between the two clients.</summary>
    Encrypted,

    /// <summary>
    /// Cut off, or lengths that do not fit: a lenient client may show something of it, so it cannot pass where every word must be in the log.
    /// </summary>
    Unreadable,
}
