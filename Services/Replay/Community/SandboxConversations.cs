using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Replay.Community;

/// <summary>A conversation that is being captured, as one hub captures it.</summary>
internal sealed class SandboxConversation
{
    public required UserId Creator { get; init; }

    public required UserId Acceptor { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>Lines in the log.</summary>
    public long Lines { get; set; }

    /// <summary>Lines that are known to be missing in it.</summary>
    public long Missed { get; set; }

    /// <summary>Whether a side is encrypted.</summary>
    public bool IsEncrypted { get; set; }
}

/// <summary>The captured conversations that are open, and how conversations are captured.</summary>
internal sealed class SandboxConversations
{
    private readonly Dictionary<string, SandboxConversation> _open = new(StringComparer.Ordinal);

    /// <summary>The open ones; of one that crosses two hubs, each hub's half.</summary>
    public IReadOnlyDictionary<string, SandboxConversation> All => _open;

    public ChatLogMode Mode { get; private set; }

    public EncryptedChat Encrypted { get; private set; }

    public void Apply(EventEnvelope envelope)
    {
        switch (envelope.Payload)
        {
            case ChatStarted fact:
                _open[Key(envelope)] = new SandboxConversation
                {
                    Creator = fact.CreatorUser,
                    Acceptor = fact.AcceptorUser,
                    Since = envelope.Occurred,
                };
                break;
            case ChatLineCaptured when _open.TryGetValue(Key(envelope), out var open):
                open.Lines++;
                break;
            case ChatLinesMissed fact when _open.TryGetValue(Key(envelope), out var open):
                open.Missed += fact.Lines;
                break;
            case ChatNotCaptured when _open.TryGetValue(Key(envelope), out var open):
                open.IsEncrypted = true;
                break;
            case ChatEnded:
                _open.Remove(Key(envelope));
                break;
            case ChatInterrupted fact:
                _open.Remove(Key(envelope, fact.Hub));
                break;
            case ChatLogPolicySet fact:
                (Mode, Encrypted) = (fact.Mode, fact.Encrypted);
                break;
        }
    }

    public void AddTo(StateHash hash)
    {
        hash.Add((long)Mode);
        hash.Add((long)Encrypted);
        hash.Add("conversations", _open, key => key, static (hash, open) =>
        {
            hash.Add(open.Creator.Value);
            hash.Add(open.Acceptor.Value);
            hash.Add(open.Since);
            hash.Add(open.Lines);
            hash.Add(open.Missed);
            hash.Add(open.IsEncrypted);
        });
    }

    private static string Key(EventEnvelope envelope) => Key(envelope, envelope.Source.Hub);

    private static string Key(EventEnvelope envelope, ushort hub) => $"{envelope.Cause.Correlation} {hub}";
}
