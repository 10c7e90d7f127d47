using Sametime.Contracts.Events;
using Sametime.Services.Providers.ChatLog;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>Folds the facts of conversations into the rows by which they are found, and into the list of those that are open.</summary>
internal static class SqliteChatFolding
{
    public const string Tables = """
        CREATE TABLE chat_line (
            stream TEXT NOT NULL, sequence INTEGER NOT NULL, kind INTEGER NOT NULL, occurred INTEGER NOT NULL,
            conversation TEXT NOT NULL, author TEXT NOT NULL, recipient TEXT NOT NULL, undelivered INTEGER,
            PRIMARY KEY (stream, sequence)) STRICT, WITHOUT ROWID;
        CREATE INDEX chat_line_by_time ON chat_line (occurred, stream, sequence);
        CREATE INDEX chat_line_of_author ON chat_line (author, occurred, stream, sequence);
        CREATE INDEX chat_line_of_recipient ON chat_line (recipient, occurred, stream, sequence);
        CREATE INDEX chat_line_of_conversation ON chat_line (conversation, occurred, stream, sequence);
        CREATE TABLE open_chat (
            hub INTEGER NOT NULL, incarnation INTEGER NOT NULL, conversation TEXT NOT NULL,
            PRIMARY KEY (hub, incarnation, conversation)) STRICT, WITHOUT ROWID;
        """;

    public static readonly string[] FoldedTables = ["chat_line", "open_chat"];

    public static void Apply(SqliteSession session, SealedEvent stored)
    {
        if (!ChatLineRow.IsOfChat(stored))
            return;
        var fact = ChatLineRow.FactOf(stored);
        switch (fact)
        {
            case ChatStarted:
                session.Execute("INSERT OR IGNORE INTO open_chat (hub, incarnation, conversation) VALUES ($1, $2, $3)",
                    (long)stored.Source.Hub, (long)stored.Source.Incarnation, stored.Cause.Correlation ?? "");
                break;
            case ChatEnded:
                Close(session, stored, stored.Source.Hub, stored.Source.Incarnation);
                break;
            case ChatInterrupted interrupted:
                Close(session, stored, interrupted.Hub, interrupted.Incarnation);
                break;
            case ChatLineUndelivered undelivered:
                session.Execute("UPDATE chat_line SET undelivered = $3 WHERE stream = $1 AND sequence = $2",
                    stored.Stream.Value, undelivered.Line, (long)undelivered.Reason);
                break;
        }

        if (ChatLineRow.Of(fact) is { } row)
            Add(session, stored, row);
    }

    private static void Close(SqliteSession session, SealedEvent stored, ushort hub, uint incarnation) =>
        session.Execute("DELETE FROM open_chat WHERE hub = $1 AND incarnation = $2 AND conversation = $3",
            (long)hub, (long)incarnation, stored.Cause.Correlation ?? "");

    private static void Add(SqliteSession session, SealedEvent stored, ChatLineRow row) => session.Execute(
        $"""
        INSERT INTO chat_line (stream, sequence, kind, occurred, conversation, author, recipient) VALUES ($1, $2, $3, $4, $5,
            coalesce($6, (SELECT author FROM chat_line WHERE conversation = $5 AND kind = {(int)ChatRowKind.Started} ORDER BY occurred LIMIT 1), ''),
            coalesce($7, (SELECT recipient FROM chat_line WHERE conversation = $5 AND kind = {(int)ChatRowKind.Started} ORDER BY occurred LIMIT 1), ''))
        """,
        stored.Stream.Value, stored.Sequence, (long)row.Kind, stored.Occurred.UtcTicks, stored.Cause.Correlation ?? "", row.Author, row.Recipient);
}
