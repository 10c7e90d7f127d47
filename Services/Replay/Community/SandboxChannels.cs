using System.Runtime.InteropServices;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Replay.Community;

/// <summary>A channel is known by its creator's login and the creator's number for it.</summary>
internal readonly record struct SandboxChannelKey(LoginId Creator, uint Number)
{
    public override string ToString() => $"{Creator}-{Number}";
}

/// <summary>A channel of the sandbox.</summary>
internal sealed class SandboxChannel
{
    /// <summary>The user addressed; empty when a service was.</summary>
    public required UserId Target { get; init; }

    public required uint Service { get; init; }

    public required uint Protocol { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>The login that accepted it; null as long as nobody did.</summary>
    public LoginId? Acceptor { get; set; }

    /// <summary>The hubs that have it: each states its creation and its end.</summary>
    public List<ushort> Hubs { get; } = [];
}

/// <summary>The channels there are, accepted or not. One that crosses two hubs is there as long as one of them has it.</summary>
internal sealed class SandboxChannels
{
    private readonly Dictionary<SandboxChannelKey, SandboxChannel> _channels = [];
    private readonly Dictionary<LoginId, HashSet<SandboxChannelKey>> _ofLogin = [];

    public IReadOnlyDictionary<SandboxChannelKey, SandboxChannel> All => _channels;

    public void Apply(EventEnvelope envelope)
    {
        var hub = envelope.Source.Hub;
        switch (envelope.Payload)
        {
            case ChannelCreated fact:
                Create(new SandboxChannelKey(fact.Creator, fact.Channel), fact, envelope);
                break;
            case ChannelAccepted fact:
                var accepted = new SandboxChannelKey(fact.Creator, fact.Channel);
                if (_channels.TryGetValue(accepted, out var channel))
                {
                    channel.Acceptor = fact.Acceptor;
                    Index(fact.Acceptor).Add(accepted);
                }

                break;
            case ChannelDestroyed fact:
                End(new SandboxChannelKey(fact.Creator, fact.Channel), hub);
                break;
            case ParticipantLoggedOut fact when _ofLogin.TryGetValue(fact.Login, out var keys):
                foreach (var key in keys.ToArray())
                    End(key, hub);
                break;
        }
    }

    /// <summary>A hub has nothing more.</summary>
    public void EndAt(ushort hub)
    {
        foreach (var key in _channels.Where(channel => channel.Value.Hubs.Contains(hub)).Select(channel => channel.Key).ToArray())
            End(key, hub);
    }

    public void AddTo(StateHash hash) => hash.Add("channels", _channels, key => key.ToString(), static (hash, channel) =>
    {
        hash.Add(channel.Target.Value);
        hash.Add(channel.Service);
        hash.Add(channel.Protocol);
        hash.Add(channel.Since);
        hash.Add(channel.Acceptor?.ToString());
        hash.Add(channel.Hubs.Count);
        foreach (var hub in channel.Hubs.Order())
            hash.Add(hub);
    });

    private void Create(SandboxChannelKey key, ChannelCreated fact, EventEnvelope envelope)
    {
        if (!_channels.TryGetValue(key, out var channel))
        {
            _channels.Add(key, channel = new SandboxChannel
            {
                Target = fact.Target,
                Service = fact.Service,
                Protocol = fact.Protocol,
                Since = envelope.Occurred,
            });
            Index(key.Creator).Add(key);
        }

        if (!channel.Hubs.Contains(envelope.Source.Hub))
            channel.Hubs.Add(envelope.Source.Hub);
    }

    private void End(SandboxChannelKey key, ushort hub)
    {
        if (!_channels.TryGetValue(key, out var channel) || !channel.Hubs.Remove(hub) || channel.Hubs.Count > 0)
            return;
        _channels.Remove(key);
        Forget(key.Creator, key);
        if (channel.Acceptor is { } acceptor)
            Forget(acceptor, key);
    }

    private HashSet<SandboxChannelKey> Index(LoginId login) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_ofLogin, login, out _) ??= [];

    private void Forget(LoginId login, SandboxChannelKey key)
    {
        if (_ofLogin.TryGetValue(login, out var keys) && keys.Remove(key) && keys.Count == 0)
            _ofLogin.Remove(login);
    }
}
