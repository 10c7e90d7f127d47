using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.ChatLog;

/// <summary>
/// The statement that finds rows of <c>chat_line</c>, the same for both stores. It takes a part of one index from the cursor on and never
/// sorts more than it gives out: what somebody said and what was said to him are two such parts.
/// <code>$1 from, $2 to, $3-$5 the cursor, $6 how many, $7 conversation, $8 user, $9 the other user</code>
/// </summary>
internal static class ChatLineSql
{
    public const string Order = "occurred, stream, sequence";

    /// <summary>The statement for the conditions that a query sets.</summary>
    public static string Of(ChatLogQuery query)
    {
        var lines = query.Text.Length > 0 || query.Place.Length > 0 ? $" AND kind = {(int)ChatRowKind.Line}" : "";
        if (query.Conversation.Length > 0)
            return Part($"conversation = $7{Among("$8", !query.User.IsEmpty)}{Among("$9", !query.With.IsEmpty)}{lines}");
        if (query.User.IsEmpty)
            return Part($"kind > 0{lines}");

        var saidByHim = Part($"author = $8{(query.With.IsEmpty ? "" : " AND recipient = $9")}{lines}");
        var saidToHim = Part($"recipient = $8{(query.With.IsEmpty ? "" : " AND author = $9")}{lines}");
        return $"SELECT * FROM ({saidByHim}) by_him UNION SELECT * FROM ({saidToHim}) to_him ORDER BY {Order} LIMIT $6";
    }

    private static string Among(string user, bool isSet) => isSet ? $" AND {user} IN (author, recipient)" : "";

    private static string Part(string condition) => $"""
        SELECT occurred, stream, sequence, undelivered FROM chat_line
        WHERE {condition} AND occurred >= $1 AND occurred < $2 AND (occurred, stream, sequence) > ($3, $4, $5)
        ORDER BY {Order} LIMIT $6
        """;
}
