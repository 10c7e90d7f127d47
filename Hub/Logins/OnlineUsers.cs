using System.Diagnostics.CodeAnalysis;
using Sametime.Contracts.Wire;

namespace Sametime.Hub.Logins;

/// <summary>Who is logged in to this hub: participants of every kind by login id, users by user id, and all links' own peers.</summary>
internal sealed class OnlineUsers
{
    private readonly Dictionary<LoginId, Participant> _participants = [];
    private readonly Dictionary<UserId, User> _users = [];

    /// <summary>Told of each login that has come.</summary>
    public Action<Login>? Came { get; set; }

    /// <summary>Told of each login that has gone.</summary>
    public Action<Login>? Gone { get; set; }

    public IEnumerable<Participant> Participants => _participants.Values;

    public IEnumerable<Login> Logins => _users.Values.SelectMany(user => user.Logins);

    public int LoginCount { get; private set; }

    public int UserCount => _users.Count;

    public bool TryGetParticipant(LoginId id, [NotNullWhen(true)] out Participant? participant) => _participants.TryGetValue(id, out participant);

    public bool TryGetUser(UserId id, [NotNullWhen(true)] out User? user) => _users.TryGetValue(id, out user);

    public void Add(Participant participant)
    {
        _participants.Add(participant.LoginId, participant);
        if (participant is not Login login)
            return;

        LoginCount++;
        _users.TryAdd(login.User.Id, login.User);
        login.User.Logins.Add(login);
        Came?.Invoke(login);
    }

    public void Remove(Participant participant)
    {
        _participants.Remove(participant.LoginId);
        if (participant is not Login login)
            return;

        LoginCount--;
        login.User.Logins.Remove(login);
        if (login.User.Logins.Count == 0)
            _users.Remove(login.User.Id);
        Gone?.Invoke(login);
    }
}
