using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Replay;

/// <summary>
/// What the log says of one user, a sentence a fact: his logins, what he said of himself, his channels and conversations. Never what was
/// said in them. Others appear by their logins, and by name only where names may be seen.
/// </summary>
/// <param name="user">Whose history it is.</param>
/// <param name="showsOthers">Whether others are named.</param>
internal sealed class UserHistory(UserId user, bool showsOthers)
{
    private readonly Dictionary<string, Talk> _talks = new(StringComparer.Ordinal);
    private readonly HashSet<LoginId> _logins = [];

    /// <summary>The sentence for an event that is about the user; null when there is nothing to say yet.</summary>
    public string? Tell(StoredEvent stored)
    {
        var envelope = stored.Envelope;
        var hub = envelope.Source.Hub;
        switch (envelope.Payload)
        {
            case ParticipantLoggedIn e:
                _logins.Add(e.Login);
                return $"logged in at hub {hub} from {Or(e.Address, "an unknown address")} as \"{e.DisplayName}\" with {e.ClientType}, login {e.Login}";
            case ParticipantLoggedOut e:
                return $"logged out of hub {hub}, login {e.Login}{Why(e.Reason)}";
            case StatusSet e:
                return $"is {e.Status}{(e.Description.Length > 0 ? $" \"{e.Description}\"" : "")}, login {e.Login}";
            case LoginRefused e:
                return $"was not let in from {Or(e.Address, "an unknown address")}: {e.Reason}";
            case AccountThrottled e:
                return $"may try no password for a while: too many from {Or(e.Address, "an unknown address")}";
            case LoginDiscarded e:
                return $"lost login {e.Login} in favour of {e.DisplacedBy}: {e.Reason}";
            case LoginRedirected e:
                return $"was sent on from hub {e.FromHub} to hub {e.ToHub}";
            case DoubleLoginFound e:
                return $"was at two hubs at once: logins {e.First} and {e.Second}, ended by rule {e.Rule}";
            case ChannelCreated e:
                return _logins.Contains(e.Creator)
                    ? $"asked {(e.Target.IsEmpty ? "the server" : Other(e.Target, null))} for a channel of service 0x{e.Service:x}"
                    : $"was asked by {Other(default, e.Creator)} for a channel of service 0x{e.Service:x}";
            case ChannelDestroyed e:
                return $"saw channel {envelope.Cause.Correlation} end{Why(e.Reason)}";
            case ChatStarted or ChatLineCaptured or ChatNotCaptured or ChatLinesMissed or ChatEnded or ChatInterrupted:
                return TellTalk(envelope);
            case UserAdded:
                return "was added to the directory";
            case UserRemoved:
                return "was removed from the directory";
            case UserRenamed e:
                return $"was renamed to \"{e.DisplayName}\"";
            case UserDisabled:
                return "was disabled";
            case UserEnabled:
                return "was enabled again";
            case UserPasswordChanged:
                return "was given another password, or another hash of the same";
            case UserHomeSet e:
                return e.HomeHub.Length == 0 ? "has no home hub any more" : $"is at home at {e.HomeHub}";
            case UserStorageItemSaved e:
                return $"stored {e.Value.Length} bytes under key {e.Key}";
            case PrivacyListSaved e:
                return $"stored a privacy list of {e.Listed.Count}";
            case TokenIssued e:
                return $"was issued a token until {LogTime.Format(e.Expires)}";
            case TokensRevoked:
                return "lost all tokens";
            default:
                return null;
        }
    }

    private string? TellTalk(EventEnvelope envelope)
    {
        var key = envelope.Cause.Correlation ?? envelope.Id;
        switch (envelope.Payload)
        {
            case ChatStarted e:
                var isKnown = _talks.TryGetValue(key, out var talk);
                if (!isKnown)
                    _talks.Add(key, talk = new Talk(e.CreatorUser == user ? Other(e.AcceptorUser, e.Acceptor) : Other(e.CreatorUser, e.Creator)));
                talk!.Hubs.Add(envelope.Source.Hub);
                return isKnown ? null : $"began to talk with {talk.With}";
            case ChatLineCaptured e when _talks.TryGetValue(key, out var known):
                if (e.AuthorUser == user)
                    known.Said++;
                else
                    known.Heard++;
                return null;
            case ChatNotCaptured when _talks.TryGetValue(key, out var known):
                known.IsEncrypted = true;
                return null;
            case ChatLinesMissed e when _talks.TryGetValue(key, out var known):
                known.Missed += e.Lines;
                return null;
            case ChatEnded when _talks.TryGetValue(key, out var known):
                return End(key, known, envelope.Source.Hub);
            case ChatInterrupted e when _talks.TryGetValue(key, out var known):
                return End(key, known, e.Hub);
            default:
                return null;
        }
    }

    private string? End(string key, Talk talk, ushort hub)
    {
        if (!talk.Hubs.Remove(hub) || talk.Hubs.Count > 0)
            return null;
        _talks.Remove(key);
        return $"ended talking with {talk.With}: {talk.Said} lines said, {talk.Heard} heard"
            + (talk.Missed > 0 ? $", {talk.Missed} at least not in the log" : "") + (talk.IsEncrypted ? ", encrypted lines not counted" : "");
    }

    private string Other(UserId other, LoginId? login) =>
        showsOthers && !other.IsEmpty ? other.Value : login is { } known ? $"login {known}" : "somebody";

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;

    private static string Why(Reason reason) => reason == Reason.Success ? "" : $": {reason}";

    /// <summary>A conversation that has not ended.</summary>
    private sealed class Talk(string with)
    {
        public string With => with;

        /// <summary>The hubs that capture it.</summary>
        public HashSet<ushort> Hubs { get; } = [];

        public long Said { get; set; }

        public long Heard { get; set; }

        public long Missed { get; set; }

        public bool IsEncrypted { get; set; }
    }
}
