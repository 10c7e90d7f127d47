using Marten;
using Sametime.Contracts.Events;
using Sametime.Services.Providers.ChatLog;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Marten;

/// <summary>Folds the facts of conversations into the rows by which they are found, and into the list of those that are open.</summary>
internal static class MartenChatFolding
{
    public const string Tables = """
        CREATE TABLE IF NOT EXISTS chat_line (
            stream text COLLATE "C" NOT NULL, sequence bigint NOT NULL, kind int NOT NULL, occurred bigint NOT NULL,
            conversation text COLLATE "C" NOT NULL, author text COLLATE "C" NOT NULL, recipient text COLLATE "C" NOT NULL, undelivered bigint,
            PRIMARY KEY (stream, sequence));
        CREATE INDEX IF NOT EXISTS chat_line_by_time ON chat_line (occurred, stream, sequence);
        CREATE INDEX IF NOT EXISTS chat_line_of_author ON chat_line (author, occurred, stream, sequence);
        CREATE INDEX IF NOT EXISTS chat_line_of_recipient ON chat_line (recipient, occurred, stream, sequence);
        CREATE INDEX IF NOT EXISTS chat_line_of_conversation ON chat_line (conversation, occurred, stream, sequence);
        CREATE TABLE IF NOT EXISTS open_chat (
            hub int NOT NULL, incarnation bigint NOT NULL, conversation text COLLATE "C" NOT NULL, PRIMARY KEY (hub, incarnation, conversation));
        """;

    public static readonly string[] FoldedTables = ["chat_line", "open_chat"];

    /// <summary>Queues the statements that fold one fact.</summary>
    public static void Apply(IDocumentOperations values, SealedEvent stored)
    {
        if (!ChatLineRow.IsOfChat(stored))
            return;
        var fact = ChatLineRow.FactOf(stored);
        switch (fact)
        {
            case ChatStarted:
                values.QueueSqlCommand("INSERT INTO open_chat (hub, incarnation, conversation) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    (int)stored.Source.Hub, (long)stored.Source.Incarnation, stored.Cause.Correlation ?? "");
                break;
            case ChatEnded:
                Close(values, stored, stored.Source.Hub, stored.Source.Incarnation);
                break;
            case ChatInterrupted interrupted:
                Close(values, stored, interrupted.Hub, interrupted.Incarnation);
                break;
            case ChatLineUndelivered undelivered:
                values.QueueSqlCommand("UPDATE chat_line SET undelivered = ? WHERE stream = ? AND sequence = ?",
                    (long)undelivered.Reason, stored.Stream.Value, undelivered.Line);
                break;
        }

        if (ChatLineRow.Of(fact) is { } row)
            Add(values, stored, row);
    }

    private static void Close(IDocumentOperations values, SealedEvent stored, ushort hub, uint incarnation) =>
        values.QueueSqlCommand("DELETE FROM open_chat WHERE hub = ? AND incarnation = ? AND conversation = ?",
            (int)hub, (long)incarnation, stored.Cause.Correlation ?? "");

    private static void Add(IDocumentOperations values, SealedEvent stored, ChatLineRow row)
    {
        var (stream, sequence, kind, occurred) = (stored.Stream.Value, stored.Sequence, (int)row.Kind, stored.Occurred.UtcTicks);
        if (row is { Author: { } author, Recipient: { } recipient })
        {
            values.QueueSqlCommand(
                "INSERT INTO chat_line (stream, sequence, kind, occurred, conversation, author, recipient) VALUES (?, ?, ?, ?, ?, ?, ?)",
                stream, sequence, kind, occurred, stored.Cause.Correlation ?? "", author, recipient);
            return;
        }

        values.QueueSqlCommand(
            $"""
            INSERT INTO chat_line (stream, sequence, kind, occurred, conversation, author, recipient)
            SELECT ?, ?, ?, ?, ?, coalesce(max(began.author), ''), coalesce(max(began.recipient), '')
            FROM (SELECT author, recipient FROM chat_line WHERE conversation = ? AND kind = {(int)ChatRowKind.Started} ORDER BY occurred LIMIT 1) began
            """,
            stream, sequence, kind, occurred, stored.Cause.Correlation ?? "", stored.Cause.Correlation ?? "");
    }
}
