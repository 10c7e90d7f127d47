using Sametime.Contracts.Link;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Kit.Hub;

/// <summary>The way of a real server application to a real hub, both on one loop. A test breaks it and makes it again.</summary>
public sealed class HubConnector(ManualLoop loop, (string Name, ushort Number, ILinkHandler Hub) hub, string application) : ILinkConnector
{
    private ILinkHandler? _application;
    private HubLink? _link;

    public ILink? Link => _link?.Right;

    public LinkFailure? LastFailure => null;

    public void Start(ILinkHandler handler)
    {
        _application = handler;
        Connect();
    }

    /// <summary>Opens the link, for the first time or again.</summary>
    public void Connect() => _link = new HubLink(
        loop, hub.Hub, new LinkPeer(LinkRole.Hub, hub.Name, hub.Number, null), _application!, new LinkPeer(LinkRole.Application, application, 0, null));

    /// <summary>Both ends hear that the link is lost.</summary>
    public void Break() => _link?.Break();

    public void Dispose() => Break();
}
