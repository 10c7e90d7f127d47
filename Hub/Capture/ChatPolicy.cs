using Microsoft.Extensions.Logging;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub.Channels;
using Sametime.Hub.Providing;

namespace Sametime.Hub.Capture;

/// <summary>
/// Whether conversations are captured, as Chat Logging has said last. What it said stays in force while it is away: a log that is down
/// must not open a way around it.
/// </summary>
internal sealed class ChatPolicy(HubOptions options, HubCounters counters, ILogger log)
{
    /// <summary>Chat Logging has said what is to be since this hub was started.</summary>
    public bool IsKnown { get; private set; }

    public ChatLogMode Mode { get; private set; }

    public EncryptedChat Encrypted { get; private set; }

    public bool IsOn => Mode != ChatLogMode.Off;

    /// <summary>Runs when conversations are no longer captured.</summary>
    public Action SwitchedOff { get; set; } = static () => { };

    /// <summary>An application says what is to be. It counts from one that provides Chat Logging only. False when no such policy exists.</summary>
    public bool TrySet(Application from, CapturePolicy policy)
    {
        if (policy.Mode > ChatLogMode.Strict || policy.Encrypted > EncryptedChat.Decline)
            return false;
        if (!from.Offers.ContainsKey(CommunityServices.ChatLogging))
        {
            counters.UnknownFrames++;
            return true;
        }

        if (!IsKnown || (policy.Mode, policy.Encrypted) != (Mode, Encrypted))
            HubLog.CapturePolicySet(log, policy.Mode, policy.Encrypted, from.Name);
        var wasOn = IsOn;
        (IsKnown, Mode, Encrypted) = (true, policy.Mode, policy.Encrypted);
        if (wasOn && !IsOn)
            SwitchedOff();
        return true;
    }

    /// <summary>
    /// Whether a conversation may begin, and with which offer of ciphers. Also asked for one that begins at another hub, whose policy may be
    /// another one: what is said by a user here is captured here.
    /// </summary>
    /// <returns>The reason to refuse it with, or Success.</returns>
    public Reason Judge(ref ChannelRequest request)
    {
        var create = request.Create;
        if (create.Service != ServiceTypes.InstantMessage)
            return Reason.Success;
        if (!IsKnown && options.ChatLogRequired)
        {
            counters.ConversationsRefused++;
            return Reason.ServerNotResponding;
        }
        if (!IsOn || Encrypted != EncryptedChat.Decline || create.Negotiation == Negotiation.None)
            return Reason.Success;

        if (create.Negotiation.TryReadOffer(out var offer) && Insists(offer.Policy))
        {
            counters.ConversationsRefused++;
            return Reason.EncryptionMismatch;
        }

        // Also an offer that does not parse: what is in it cannot be agreed on then.
        request = request with { Create = create with { Negotiation = Negotiation.None } };
        return Reason.Success;
    }

    private static bool Insists(EncryptionPolicy policy) => policy is not (EncryptionPolicy.None or EncryptionPolicy.IfPossible);
}
