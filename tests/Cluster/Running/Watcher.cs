using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Contracts.Wire.Channels;

namespace Sametime.Tests.Cluster.Running;

/// <summary>Somebody who watches who is online, and what he has been shown.</summary>
internal sealed class Watcher(Person person)
{
    private readonly Dictionary<string, bool> _shown = [];
    private ChannelId _channel;

    public Person Person => person;

    /// <summary>Asks to be told of these from now on, and forgets what he was shown before.</summary>
    public async Task WatchAsync(IEnumerable<string> users, CancellationToken stop)
    {
        _shown.Clear();
        _channel = await person.Client.OpenAsync(ServiceTypes.Awareness, ProtocolTypes.Awareness, ProtocolVersions.Awareness, stop);
        await person.Client.SendPayloadAsync(_channel, new PresenceAdd([.. users.Select(AwareId.OfUser)]));
        foreach (var block in (await person.Client.TakePayloadAsync<PresenceSnapshot>(_channel, stop)).Blocks)
            _shown[block.Id.Id] = block.IsOnline;
    }

    /// <summary>Waits until he is shown exactly these of the users he watches.</summary>
    public async Task SeesAsync(IReadOnlySet<string> online, CancellationToken stop)
    {
        while (!IsShown(online))
        {
            try
            {
                Take(await person.Client.TakePayloadAsync<PresenceUpdate>(_channel, stop));
            }
            catch (Exception e) when (e is TimeoutException or IOException)
            {
                Assert.Fail($"{person.Name} sees wrongly {string.Join(", ", Wrong(online).Select(user => $"{user} {(_shown[user] ? "online" : "offline")}"))}: {e.Message}");
            }
        }
    }

    /// <summary>Nothing has come since that changes the picture.</summary>
    public async Task StillSeesAsync(IReadOnlySet<string> online, CancellationToken stop)
    {
        foreach (var message in (await person.Client.AllSoFarAsync(stop)).Where(IsUpdate))
        {
            Take(await person.Client.TakePayloadAsync<PresenceUpdate>(_channel, stop));
        }

        Assert.Empty(Wrong(online));
    }

    private bool IsUpdate(Kit.Clients.ReceivedMessage message) =>
        message.Type == MessageType.ChannelSend && message.Channel == _channel && message.Read<ChannelSend>().PayloadType == PresenceUpdate.MessageType;

    private bool IsShown(IReadOnlySet<string> online) => !Wrong(online).Any();

    private IEnumerable<string> Wrong(IReadOnlySet<string> online) => _shown.Where(user => user.Value != online.Contains(user.Key)).Select(user => user.Key);

    private void Take(PresenceUpdate update) => _shown[update.Block.Id.Id] = update.Block.IsOnline;
}
