using System.Globalization;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Replay.Community;

/// <summary>A participant of the sandbox.</summary>
internal sealed class SandboxLogin
{
    public required LoginId Id { get; init; }

    public required ParticipantKind Kind { get; init; }

    public required UserId User { get; init; }

    public required string DisplayName { get; init; }

    public required ClientType ClientType { get; init; }

    public required string Address { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>The status it said last; active until it says one.</summary>
    public StatusCode Status { get; set; } = StatusCode.Active;

    public string Description { get; set; } = "";

    /// <summary>Its attributes by key.</summary>
    public Dictionary<uint, Opaque> Attributes { get; } = [];

    public bool IsPerson => Kind is ParticipantKind.User or ParticipantKind.Guest;
}

/// <summary>The logins there are: participants that logged in and have not logged out.</summary>
internal sealed class SandboxLogins
{
    private readonly Dictionary<LoginId, SandboxLogin> _logins = [];

    public IReadOnlyCollection<SandboxLogin> All => _logins.Values;

    public void Apply(EventEnvelope envelope)
    {
        switch (envelope.Payload)
        {
            case ParticipantLoggedIn fact:
                _logins[fact.Login] = new SandboxLogin
                {
                    Id = fact.Login,
                    Kind = fact.Kind,
                    User = fact.User,
                    DisplayName = fact.DisplayName,
                    ClientType = fact.ClientType,
                    Address = fact.Address,
                    Since = envelope.Occurred,
                };
                break;
            case ParticipantLoggedOut fact:
                _logins.Remove(fact.Login);
                break;
            case StatusSet fact when _logins.TryGetValue(fact.Login, out var login):
                (login.Status, login.Description) = (fact.Status, fact.Description);
                break;
            case UserAttributeSet fact when _logins.TryGetValue(fact.Login, out var login):
                login.Attributes[fact.Key] = fact.Value;
                break;
            case UserAttributeUnset fact when _logins.TryGetValue(fact.Login, out var login):
                login.Attributes.Remove(fact.Key);
                break;
        }
    }

    /// <summary>Ends the logins of former lives of a hub.</summary>
    public void EndAt(EventSource hub)
    {
        foreach (var login in _logins.Keys.Where(login => login.Hub == hub.Hub && login.Incarnation < hub.Incarnation).ToArray())
            _logins.Remove(login);
    }

    public void AddTo(StateHash hash) => hash.Add("logins", _logins, login => login.ToString(), static (hash, login) =>
    {
        hash.Add((long)login.Kind);
        hash.Add(login.User.Value);
        hash.Add(login.DisplayName);
        hash.Add((long)login.ClientType);
        hash.Add(login.Address);
        hash.Add(login.Since);
        hash.Add((long)login.Status);
        hash.Add(login.Description);
        hash.Add("attributes", login.Attributes, key => key.ToString(CultureInfo.InvariantCulture), static (hash, value) => hash.Add(value.Span));
    });
}
