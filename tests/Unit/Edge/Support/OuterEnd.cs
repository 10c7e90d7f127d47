using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Unit.Edge.Support;

/// <summary>An Edge that is chained behind the one under test, played by the test.</summary>
internal sealed class OuterEnd
{
    private readonly EdgeWorld _world;

    public OuterEnd(EdgeWorld world)
    {
        _world = world;
        world.Loop.Run(() => Link.Start(world.Edge.OuterLinks));
    }

    /// <summary>Its end of the link; what was sent to it is in there.</summary>
    public HubEnd Link { get; } = new("outer", 0, LinkRole.Edge);

    /// <summary>Passes a login on that has crossed these Edges, and says what became of it at once.</summary>
    public string Attach(uint handle, params string[] edges)
    {
        var asked = AsksOfHub();
        _world.Loop.Run(() => Link.Say(handle, AttachOf(edges)));
        return Link.Detaches().Where(detach => detach.Handle == handle).Select(static detach => $"told {detach.Reason}").LastOrDefault()
            ?? (AsksOfHub() > asked ? "asked of the hub" : "lost");
    }

    private int AsksOfHub() => _world.Hub.Frames.Count(static frame => frame.Kind == LinkKind.Attach);

    private Attach AttachOf(string[] edges) => new(
        ClientType.Meanwhile, 0x1d, "alice", CredentialKind.Password, Link.Seal("secret"u8), AuthType.Rc2DiffieHellman, TransportSecurity.None,
        [192, 0, 2, 7], edges.Length > 0 ? [.. edges] : ["outer"], Attempt: new Opaque(new byte[Contracts.Link.Participants.Attach.AttemptBytes]));
}
