using Sametime.Contracts.Events;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Sqlite;

/// <summary>Under which name a stream is kept: that of a user under his opaque id, or in the clear as long as an earlier version's history is not sealed.</summary>
internal static class UserStreams
{
    /// <summary>The stream as an earlier version named it, if it is kept like that; otherwise null.</summary>
    public static EventStreamName? FindClear(SqliteSession session, EventStreamName stream) =>
        stream.UserKey is not null && session.Number(
            "SELECT EXISTS (SELECT 1 FROM sealing WHERE clear_until > 0) AND EXISTS (SELECT 1 FROM event WHERE stream = $1)", stream.Value) == 1
            ? stream
            : null;

    /// <summary>The stream as it is kept; null when nothing was ever kept of its user.</summary>
    public static EventStreamName? Of(EventStreamName stream, Func<string, Subject?> find) =>
        stream.UserKey is not { } user ? stream : find(user) is { } subject ? EventStreamName.Subject(subject.Id.Value) : null;
}
