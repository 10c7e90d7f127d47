using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Tests.Unit.ServerApplications;

namespace Sametime.Tests.Unit.Community.Support;

/// <summary>Says to everybody what anybody says to it: a conversation of many, as one-to-many messages of a server application.</summary>
internal sealed class CrierService : IService
{
    public static readonly ServiceType Crier = new(0x00D0_0002);

    private readonly List<ServiceChannel> _open = [];
    private ServerApplication _application = null!;

    public void Describe(ServiceTable table)
    {
        _application = table.Application;
        table.Provides(Crier, ServiceScope.Global, new ProtocolType(1), version: 1)
            .Opens((channel, _) =>
            {
                channel.Accept();
                _open.Add(channel);
            })
            .On<EchoText>((_, text) => _application.SendToMany(_open, text))
            .Closes((channel, _) => _open.Remove(channel));
    }
}
