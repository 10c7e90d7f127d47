using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Tests.Unit.ServerApplications;

namespace Sametime.Tests.Unit.Community.Support;

/// <summary>One of several providers of a service: answers with its own name, or declines.</summary>
internal sealed class NamedService(string name, ushort load = 0) : IService
{
    public static readonly ServiceType Named = new(0x00D0_0003);

    private int _asked;

    /// <summary>Declines every channel as full.</summary>
    public bool Declines { get; set; }

    /// <summary>Channels that it was offered.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public void Describe(ServiceTable table)
    {
        table.Application.ReportLoad(load);
        table.Provides(Named, ServiceScope.Global, new ProtocolType(1), version: 1)
            .Opens((channel, _) =>
            {
                Interlocked.Increment(ref _asked);
                if (Declines)
                    channel.Refuse(Reason.ServerFull);
                else
                    channel.Accept();
            })
            .On<EchoText>((channel, _) => channel.Send(new EchoText(name)));
    }

    /// <summary>Asks for the service: who has answered.</summary>
    public static async Task<string> AskAsync(Kit.Clients.CommunityClient client, CancellationToken stop)
    {
        var channel = await client.OpenAsync(Named, new ProtocolType(1), 1, stop);
        await client.SendPayloadAsync(channel, new EchoText("who?"));
        return (await client.TakePayloadAsync<EchoText>(channel, stop)).Text;
    }
}
