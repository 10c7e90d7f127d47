using Sametime.Contracts.Events;

namespace Sametime.Services.Replay.Community;

/// <summary>
/// A closed community made of recorded facts: who is logged in where, which channels, places and services there are, and what the directory and
/// the users' stores hold. It only applies what happened: it never decides, and never looks at a clock, so that the same log gives the same
/// state, and the same <see cref="Hash"/>, each time. Its size is that of the community, not of the log.
/// </summary>
internal sealed class Sandbox
{
    /// <summary>Hubs that have ever been there.</summary>
    public SandboxHubs Hubs { get; } = new();

    public SandboxLogins Logins { get; } = new();

    public SandboxChannels Channels { get; } = new();

    public SandboxServices Services { get; } = new();

    public SandboxPlaces Places { get; } = new();

    public SandboxConversations Conversations { get; } = new();

    public SandboxDirectory Directory { get; } = new();

    public SandboxStorage Storage { get; } = new();

    /// <summary>Events applied.</summary>
    public long Events { get; private set; }

    /// <summary>Applies a fact, whichever it is.</summary>
    public void Apply(EventEnvelope envelope)
    {
        Events++;
        if (SandboxHubs.IsStatedByHub(envelope) && !IsOfThisLife(envelope))
            return;

        switch (envelope.Payload)
        {
            case HubLeft fact: Hubs.Apply(fact); break;
            case HubJoined fact: Hubs.Apply(fact); break;
            default:
                Logins.Apply(envelope);
                Channels.Apply(envelope);
                Services.Apply(envelope);
                Places.Apply(envelope);
                Conversations.Apply(envelope);
                Directory.Apply(envelope.Payload);
                Storage.Apply(envelope.Payload);
                break;
        }
    }

    /// <summary>The logins of users and guests at hubs that are there, in the order of their users and then of the logins.</summary>
    public IEnumerable<SandboxLogin> Online() => Logins.All
        .Where(login => login.IsPerson && Hubs.IsThere(login.Id.Hub))
        .OrderBy(login => login.User.Value, StringComparer.OrdinalIgnoreCase)
        .ThenBy(login => login.Id.ToString(), StringComparer.Ordinal);

    /// <summary>Same state, same hash; 64 hex digits.</summary>
    public string Hash()
    {
        using var hash = new StateHash();
        Hubs.AddTo(hash);
        Logins.AddTo(hash);
        Channels.AddTo(hash);
        Services.AddTo(hash);
        Places.AddTo(hash);
        Conversations.AddTo(hash);
        Directory.AddTo(hash);
        Storage.AddTo(hash);
        return hash.Finish();
    }

    // A hub that starts anew has nothing of its former life, whether or not that had time to say so.
    private bool IsOfThisLife(EventEnvelope envelope)
    {
        var life = Hubs.Hear(envelope);
        if (life == HubLife.Next)
        {
            Logins.EndAt(envelope.Source);
            Channels.EndAt(envelope.Source.Hub);
            Services.EndAt(envelope.Source.Hub);
        }

        return life != HubLife.Former;
    }
}
