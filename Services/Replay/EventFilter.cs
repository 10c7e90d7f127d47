using System.Text;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Replay;

/// <summary>
/// Which events an extract gives out. Several values of one question are alternatives; several questions must all be met. Asked of every
/// event from the beginning of the log, in order: which logins and conversations are a user's is learned on the way.
/// </summary>
internal sealed class EventFilter
{
    private readonly EventFacets _facets = new();
    private readonly HashSet<LoginId> _logins = [];
    private readonly HashSet<UserId> _names = [];
    private readonly HashSet<string> _conversations = new(StringComparer.Ordinal);

    /// <summary>Beginnings of event names, up to a full stop or hyphen: <c>community</c>, <c>chat.line-captured</c>. Empty: all.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Users by id, or by the opaque id that stands for one. Empty: all.</summary>
    public IReadOnlySet<UserId> Users { get; init; } = new HashSet<UserId>();

    /// <summary>Places by name. Empty: all.</summary>
    public IReadOnlySet<string> Places { get; init; } = new HashSet<string>();

    /// <summary>Numbers of hubs that stated the event. Empty: all.</summary>
    public IReadOnlySet<ushort> Hubs { get; init; } = new HashSet<ushort>();

    /// <summary>Not before this moment, by the clock of whoever stated it.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Not after this moment.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether it can choose only with the names of people and places before it.</summary>
    public bool NeedsNames => Users.Count > 0 || Places.Count > 0;

    /// <summary>Whether what came before a range decides on what is in it.</summary>
    public bool NeedsPast => Users.Count > 0;

    public bool Takes(LogEntry entry)
    {
        var fact = entry.Known.Envelope.Payload;
        if (NeedsNames)
            _facets.Read(fact);

        // First, since it learns from events that it does not take.
        var isOfUser = Users.Count == 0 || IsOfUser(entry);
        var envelope = entry.Known.Envelope;
        return isOfUser
            && (From is not { } from || envelope.Occurred >= from)
            && (To is not { } to || envelope.Occurred <= to)
            && (Hubs.Count == 0 || Hubs.Contains(envelope.Source.Hub))
            && (Places.Count == 0 || Places.Contains(_facets.Place))
            && (Kinds.Count == 0 || IsOfKind(EventNames.Of(fact)));
    }

    /// <summary>The questions in words, without the range.</summary>
    public override string ToString()
    {
        var words = new StringBuilder();
        Append("kind", Kinds);
        Append("user", Users.Select(user => user.Value));
        Append("place", Places);
        Append("hub", Hubs.Select(hub => hub.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return words.Length == 0 ? "everything" : words.ToString();

        void Append(string what, IEnumerable<string> values)
        {
            var joined = string.Join(" or ", values.Order(StringComparer.Ordinal));
            if (joined.Length > 0)
                words.Append(words.Length > 0 ? ", " : "").Append(what).Append(' ').Append(joined);
        }
    }

    private bool IsOfKind(string name)
    {
        foreach (var kind in Kinds)
        {
            if (name.StartsWith(kind, StringComparison.Ordinal) && (name.Length == kind.Length || kind[^1] is '.' or '-' || name[kind.Length] is '.' or '-'))
                return true;
        }

        return false;
    }

    // A login is a user's because an event names both; what belongs to a channel of his has its correlation.
    private bool IsOfUser(LogEntry entry)
    {
        var names = AnyOf(_facets.Users);
        if (!ReferenceEquals(entry.Shown, entry.Known) && !names)
            names = IsStandingFor(entry);

        var correlation = entry.Known.Envelope.Cause.Correlation;
        if (names && IsOwnLogin(entry.Known.Envelope.Payload))
            _logins.Add(_facets.Logins[0]);
        if (!names && !_facets.Logins.Any(_logins.Contains))
            return correlation is not null && _conversations.Contains(correlation);
        if (correlation is not null)
            _conversations.Add(correlation);
        return true;
    }

    private bool AnyOf(IReadOnlyList<UserId> users)
    {
        foreach (var user in users)
        {
            if (Users.Contains(user) || _names.Contains(user))
                return true;
        }

        return false;
    }

    // Whose opaque id was asked for is known by his name from the first event on that shows both.
    private bool IsStandingFor(LogEntry entry)
    {
        _facets.Read(entry.Shown.Envelope.Payload);
        var at = -1;
        for (var i = 0; i < _facets.Users.Count && at < 0; i++)
            at = Users.Contains(_facets.Users[i]) ? i : -1;
        _facets.Read(entry.Known.Envelope.Payload);
        if (at >= 0 && at < _facets.Users.Count)
            _names.Add(_facets.Users[at]);
        return at >= 0;
    }

    private static bool IsOwnLogin(IEvent fact) => fact is ParticipantLoggedIn or ParticipantLoggedOut or StatusSet or UserAttributeSet or UserAttributeUnset;
}
