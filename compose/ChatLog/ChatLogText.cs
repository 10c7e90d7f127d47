using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Compose.ChatLog;

/// <summary>Entries of the log of conversations, a line each: for people, or as JSON.</summary>
internal static class ChatLogText
{
    /// <summary>Time, who, to whom, text; of a mark a sentence and the conversation it is about.</summary>
    public static string ForPeople(ChatLogEntry entry)
    {
        var time = entry.At.Occurred.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return entry.Fact is ChatLineCaptured line ? $"{time}  {Said(line)}{Fate(entry.Undelivered)}" : $"{time}  * {Mark(entry.Fact)} ({Visible(entry.Conversation)})";
    }

    public static string AsJson(ChatLogEntry entry)
    {
        var json = new JsonObject
        {
            ["time"] = entry.At.Occurred.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            ["id"] = $"{entry.At.Stream}/{entry.At.Sequence}",
            ["conversation"] = entry.Conversation,
        };
        switch (entry.Fact)
        {
            case ChatLineCaptured line:
                json["what"] = "line";
                AddUsers(json, line.AuthorUser, line.Author, line.RecipientUser, line.Recipient);
                json["content"] = $"{line.Content}";
                json["text"] = line.Text;
                json["place"] = line.Place;
                json["undelivered"] = entry.Undelivered?.ToString();
                break;
            case ChatStarted started:
                json["what"] = "started";
                AddUsers(json, started.CreatorUser, started.Creator, started.AcceptorUser, started.Acceptor);
                json["mode"] = $"{started.Mode}";
                break;
            case ChatNotCaptured side:
                json["what"] = "encrypted, not captured";
                AddUsers(json, side.AuthorUser, side.Author, side.RecipientUser, side.Recipient);
                break;
            case ChatLinesMissed missed:
                json["what"] = "missed";
                json["lines"] = missed.Lines;
                json["why"] = missed.Why;
                break;
            case ChatEnded ended:
                json["what"] = "ended";
                json["reason"] = $"{ended.Reason}";
                break;
            case ChatInterrupted interrupted:
                json["what"] = "interrupted";
                json["hub"] = interrupted.Hub;
                json["incarnation"] = interrupted.Incarnation;
                break;
            default:
                json["what"] = "unknown";
                break;
        }

        return json.ToJsonString();
    }

    /// <summary>Text that people chose, so that it cannot steer or mislead the terminal: control and direction marks are written as their codes.</summary>
    public static string Visible(string text)
    {
        var visible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\n')
            {
                visible.Append("\\n");
            }
            else if (Rune.IsControl(rune) || IsOfDirection(rune.Value))
            {
                visible.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
            else
            {
                visible.Append(rune);
            }
        }

        return visible.ToString();
    }

    // Marks that turn the direction of writing, and separators of lines and paragraphs.
    private static bool IsOfDirection(int rune) => rune is 0x061C or 0x200E or 0x200F or (>= 0x2028 and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static string Said(ChatLineCaptured line)
    {
        var where = line.Place.Length > 0 ? $"{Name(line.AuthorUser)} in {Visible(line.Place)}" : $"{Name(line.AuthorUser)} to {Name(line.RecipientUser)}";
        var what = line.Content switch
        {
            ChatContent.Html => " (HTML)",
            ChatContent.Mime => " (MIME)",
            ChatContent.Subject => " (subject)",
            _ => "",
        };
        return $"{where}{what}: {Visible(line.Text)}";
    }

    private static string Fate(Reason? undelivered) => undelivered is { } reason ? $" [not delivered: {reason}]" : "";

    private static string Mark(IEvent fact) => fact switch
    {
        ChatStarted started => $"{Name(started.CreatorUser)} and {Name(started.AcceptorUser)} can talk; logged {started.Mode.ToString().ToLowerInvariant()}",
        ChatNotCaptured side => $"what {Name(side.AuthorUser)} says to {Name(side.RecipientUser)} is encrypted, not captured",
        ChatLinesMissed missed => $"lines are missing here, {missed.Lines} or more: {Visible(missed.Why)}",
        ChatEnded ended => $"the conversation ended: {ended.Reason}",
        ChatInterrupted interrupted => $"hub {interrupted.Hub} ended here; what was said last may be missing, or was not delivered",
        _ => "something that this program does not know",
    };

    private static string Name(UserId user) => user.IsEmpty ? "a guest" : Visible(user.Value);

    private static void AddUsers(JsonObject json, UserId author, LoginId authorLogin, UserId recipient, LoginId recipientLogin)
    {
        json["user"] = author.Value;
        json["login"] = authorLogin.ToString();
        json["with"] = recipient.Value;
        json["withLogin"] = recipientLogin.ToString();
    }
}
