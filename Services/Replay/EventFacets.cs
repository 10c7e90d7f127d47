using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Replay;

/// <summary>
/// Whom and what an event is about: the users, logins and place that its fields name. One object serves a whole replay, so that a million
/// events make no garbage. The first user and the first login are those who did it.
/// </summary>
internal sealed class EventFacets
{
    private readonly List<UserId> _users = [];
    private readonly List<LoginId> _logins = [];

    public IReadOnlyList<UserId> Users => _users;

    public IReadOnlyList<LoginId> Logins => _logins;

    /// <summary>The place it names; empty for none.</summary>
    public string Place { get; private set; } = "";

    /// <summary>Takes what an event names in place of what the one before did.</summary>
    public void Read(IEvent fact)
    {
        _users.Clear();
        _logins.Clear();
        Place = "";
        switch (fact)
        {
            case ParticipantLoggedIn e: Add(e.User, e.Login); break;
            case ParticipantLoggedOut e: Add(e.User, e.Login); break;
            case StatusSet e: Add(e.User, e.Login); break;
            case UserAttributeSet e: Add(e.User, e.Login); break;
            case UserAttributeUnset e: Add(e.User, e.Login); break;
            case ServiceUp e: Add(e.Provider); break;
            case ServiceDown e: Add(e.Provider); break;
            case DoubleLoginFound e: Add(e.User, e.First); Add(e.Second); break;
            case LoginRedirected e: Add(e.User); break;
            case DoublePlaceFound e: Place = e.Place; break;

            case ChannelCreated e: Add(e.Creator); Add(e.Target); break;
            case ChannelAccepted e: Add(e.Creator); Add(e.Acceptor); break;
            case ChannelDestroyed e: Add(e.Creator); break;

            case ChatStarted e: Add(e.CreatorUser, e.Creator); Add(e.AcceptorUser, e.Acceptor); break;
            case ChatLineCaptured e: Add(e.AuthorUser, e.Author); Add(e.RecipientUser, e.Recipient); Place = e.Place; break;
            case ChatNotCaptured e: Add(e.AuthorUser, e.Author); Add(e.RecipientUser, e.Recipient); break;

            case UserAdded e: Add(e.User); break;
            case UserRemoved e: Add(e.User); break;
            case UserPasswordChanged e: Add(e.User); break;
            case UserHomeSet e: Add(e.User); break;
            case UserRenamed e: Add(e.User); break;
            case UserDisabled e: Add(e.User); break;
            case UserEnabled e: Add(e.User); break;
            case GroupSaved e: Add(e.Members); break;

            case UserStorageItemSaved e: Add(e.User); break;
            case PrivacyListSaved e: Add(e.User); Add(e.Listed); break;

            case LoginRefused e: Add(new UserId(e.LoginName)); break;
            case AccountThrottled e: Add(new UserId(e.LoginName)); break;
            case LoginDiscarded e: Add(e.User, e.Login); Add(e.DisplacedBy); break;
            case TokenIssued e: Add(e.User); break;
            case TokenSpent e: Add(e.User); break;
            case TokensRevoked e: Add(e.User); break;

            case LogExtracted e: Add(e.User); break;
            case ChatLogRead e: Add(e.User); break;
            case PersonalDataExported e: Add(e.User); break;
            case LegalHoldPlaced e: Add(e.User); break;
            case LegalHoldReleased e: Add(e.User); break;
        }
    }

    private void Add(UserId user, LoginId login)
    {
        Add(user);
        Add(login);
    }

    private void Add(UserId user)
    {
        if (!user.IsEmpty)
            _users.Add(user);
    }

    private void Add(LoginId login)
    {
        if (login != default)
            _logins.Add(login);
    }

    private void Add(Items<UserId> users)
    {
        foreach (var user in users)
            Add(user);
    }

    private void Add(Items<PrivacyListed> listed)
    {
        foreach (var one in listed)
            Add(one.User);
    }
}
