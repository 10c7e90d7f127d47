using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Replay;

/// <summary>
/// An event as a row of an extract, the same columns in every format. Fields marked secret are empty in it. User, login and place are the first
/// that the fields name, beside the others there, because most questions are about them.
/// </summary>
internal readonly record struct ExtractRow(long Position, WrittenEnvelope Event, string? User, string? Login, string? Place)
{
    public static readonly IReadOnlyList<string> Columns =
    [
        "position", "stream", "sequence", "hub", "incarnation", "occurred", "recorded", "correlation", "causation",
        "name", "version", "user", "login", "place", "fields",
    ];

    /// <param name="stored">The event.</param>
    /// <param name="facets">Is used for reading what it names.</param>
    public static ExtractRow Of(StoredEvent stored, EventFacets facets)
    {
        facets.Read(stored.Envelope.Payload);
        return new ExtractRow(
            stored.Position,
            WrittenEnvelope.Of(stored.Envelope),
            facets.Users is [var user, ..] ? user.Value : null,
            facets.Logins is [var login, ..] ? login.ToString() : null,
            facets.Place.Length > 0 ? facets.Place : null);
    }
}
