using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Unit.Hub;

/// <summary>Several hubs on one loop, each linked to every other one, each with an Edge and an application that lets everybody in.</summary>
internal sealed class ManyHubsScene : IDisposable
{
    private readonly Dictionary<(int, int), HubLink> _links = [];

    /// <param name="hubs">How many.</param>
    /// <param name="configure">Changes the settings of each.</param>
    /// <param name="skew">How wrong the wall clock of each hub is, by its number.</param>
    public ManyHubsScene(int hubs, Action<HubOptions>? configure = null, Func<int, TimeSpan>? skew = null)
    {
        Hubs = [.. Enumerable.Range(1, hubs).Select(number => new Node(Loop, number, configure, skew?.Invoke(number) ?? TimeSpan.Zero))];
        for (var left = 0; left < hubs; left++)
        {
            for (var right = left + 1; right < hubs; right++)
                Link(left, right);
        }
        Loop.RunUntilIdle();
    }

    public ManualLoop Loop { get; } = new();

    public IReadOnlyList<Node> Hubs { get; }

    public Node this[int index] => Hubs[index];

    /// <summary>The link between two hubs, by their places in <see cref="Hubs"/>.</summary>
    public HubLink LinkOf(int left, int right) => _links[(Math.Min(left, right), Math.Max(left, right))];

    /// <summary>Makes the link between two hubs, or makes it again.</summary>
    public void Link(int left, int right) => _links[(Math.Min(left, right), Math.Max(left, right))] = new HubLink(Loop, Hubs[left].End, Hubs[right].End);

    /// <summary>Two hubs lose each other, as far as both know.</summary>
    public void Part(int left, int right)
    {
        LinkOf(left, right).Break();
        Loop.RunUntilIdle();
    }

    /// <summary>Two hubs that were parted find each other again.</summary>
    public void Heal(int left, int right)
    {
        Link(left, right);
        Loop.RunUntilIdle();
    }

    /// <summary>A hub dies and is started again: nobody is there, and the other hubs have not met it yet.</summary>
    public void Restart(int index)
    {
        for (var other = 0; other < Hubs.Count; other++)
        {
            if (other != index)
                LinkOf(index, other).Break();
        }
        Hubs[index].Start();
        Loop.RunUntilIdle();
    }

    /// <summary>An accepted IM channel between logins of whatever hubs: its number at either end.</summary>
    public (ChannelId AtCreator, ChannelId AtAcceptor) Converse(FakeClient creator, FakeClient acceptor)
    {
        var atCreator = creator.CreateIm(acceptor.LoginId!);
        var offer = acceptor.Inbox.Take<ChannelCreate>();
        acceptor.Accept(offer);
        creator.Inbox.Take<ChannelAccept>();
        return (atCreator, offer.Channel);
    }

    public void Dispose() => Loop.Dispose();

    /// <summary>A hub with what belongs to it alone.</summary>
    public sealed class Node
    {
        private readonly ManualLoop _loop;
        private readonly SkewedLoop _ownLoop;
        private uint _incarnation = HubScene.Incarnation - 1;

        public Node(ManualLoop loop, int number, Action<HubOptions>? configure, TimeSpan skew)
        {
            (_loop, _ownLoop) = (loop, new SkewedLoop(loop, skew));
            Options = new HubOptions { Name = $"hub-{number}", Number = (ushort)number };
            configure?.Invoke(Options);
            Start();
        }

        public HubOptions Options { get; }

        /// <summary>Its login id as a participant.</summary>
        public string LoginId => Hub.Status.Participants().Single(one => one.Kind == ParticipantKind.Hub && one.Name == Options.Name).LoginId;

        public RecordedEvents Events { get; } = new();

        public HubCore Hub { get; private set; } = null!;

        public HubCounters Counters => Hub.Status.Counters;

        public FakeApplication People { get; private set; } = null!;

        public FakeEdge Edge { get; private set; } = null!;

        internal (string Name, ushort Number, Contracts.Link.ILinkHandler Hub) End => (Options.Name, Options.Number, Hub);

        public FakeApplication AddApplication(string name) => new(_loop, Hub, name);

        /// <summary>An application that provides a service with the protocol that the known clients speak.</summary>
        public FakeApplication AddResolve(string name, ServiceScope scope = ServiceScope.Global)
        {
            var application = AddApplication(name);
            application.Provide(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, scope);
            return application;
        }

        public FakeClient LogIn(string name, string address = "127.0.0.1") => Edge.LogIn(name, address);

        /// <summary>Where a user is, as this hub knows it: login ids.</summary>
        public IEnumerable<string> Where(string user) => Hub.Status.LoginsOf(new UserId(user)).Select(login => login.Login.ToString());

        /// <summary>The next start of this hub.</summary>
        internal void Start()
        {
            Hub = new HubCore(_ownLoop, Options, ++_incarnation, Events, NullLogger<HubCore>.Instance);
            People = new FakeApplication(_loop, Hub, $"people-{Options.Number}");
            HubScene.LetIn(People);
            Edge = new FakeEdge(_loop, Hub, $"edge-{Options.Number}");
        }
    }
}
