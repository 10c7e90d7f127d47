using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Hubs;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Unit.Hub;

/// <summary>Another hub, played by the test frame by frame: it says what no sound hub says, or only a part of it.</summary>
internal sealed class PlayedHub
{
    private readonly ManualLoop _loop;
    private readonly HubCore _hub;

    /// <summary>Opens a link; nothing is said yet.</summary>
    public PlayedHub(ManualLoop loop, HubCore hub, ushort number)
    {
        (_loop, _hub, Number) = (loop, hub, number);
        Link = new FakeLink(new LinkPeer(LinkRole.Hub, $"hub-{number}", number, null), Sent.Add);
        hub.OnLinkOpened(Link);
    }

    public ushort Number { get; }

    /// <summary>Which start of it speaks.</summary>
    public uint Incarnation { get; private set; }

    public FakeLink Link { get; }

    /// <summary>What the hub under test has sent it.</summary>
    public List<SentFrame> Sent { get; } = [];

    /// <summary>The hub under test takes it for a hub that is there.</summary>
    public bool IsThere => _hub.Status.Participants().Any(one => one.Kind == ParticipantKind.Hub && one.Name == $"hub-{Number}");

    public PlayedHub Hello(uint incarnation = 5, ushort? node = null, params HubStart[] seen)
    {
        Incarnation = incarnation;
        Say(new HubHello(incarnation, new LoginId(node ?? Number, incarnation, 1), "", [], [.. seen]));
        return this;
    }

    /// <summary>Says in one frame who and what is there.</summary>
    public PlayedHub Snapshot(ulong sequence, params DirectoryChange[] entries)
    {
        Say(new DirectorySnapshot(Incarnation, sequence, 0, true, 0, [.. entries]));
        return this;
    }

    /// <summary>The login of a user there, as a snapshot or a delta tells of it.</summary>
    public static DirectoryChange Came(uint sequence, string user) =>
        DirectoryChange.Came(new DirectoryLogin(sequence, ParticipantKind.User, 1, new UserId(user)));

    /// <summary>A participant there, as it tells who asks.</summary>
    public ForeignOrigin Origin(uint sequence, string user, ParticipantKind kind = ParticipantKind.User) => new(
        new LoginInfo(new LoginId(Number, Incarnation, sequence).ToString(), ClientType.Meanwhile, new UserId(user), user), kind);

    public void Say<TPayload>(TPayload payload)
        where TPayload : ILinkPayload<TPayload> => Say(TPayload.Kind, 0, Bytes.Of(payload));

    public void Say(LinkKind kind, uint handle, byte[] payload) => _loop.Run(() => _hub.OnLinkFrame(Link, new LinkFrame(kind, handle, payload)));

    /// <summary>The link is lost.</summary>
    public void Lose()
    {
        Link.IsDead = true;
        _loop.Run(() => _hub.OnLinkClosed(Link, Reason.ConnectionBroken));
    }

    public int Count(LinkKind kind) => Sent.Count(frame => frame.Kind == kind);
}
