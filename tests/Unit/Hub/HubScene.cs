using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Hub;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Unit.Hub;

/// <summary>A hub with one Edge, and an application that lets everybody in under the name he typed.</summary>
internal sealed class HubScene : IDisposable
{
    public const uint Incarnation = 7;

    public HubScene(Action<HubOptions>? configure = null)
    {
        configure?.Invoke(Options);
        Hub = new HubCore(Loop, Options, Incarnation, Events, NullLogger<HubCore>.Instance);
        People = new FakeApplication(Loop, Hub, "people");
        LetIn(People);
        Edge = new FakeEdge(Loop, Hub, "edge-1");
    }

    public ManualLoop Loop { get; } = new();

    public HubOptions Options { get; } = new();

    public RecordedEvents Events { get; } = new();

    public HubCore Hub { get; }

    public HubCounters Counters => Hub.Status.Counters;

    /// <summary>Users and Privacy.</summary>
    public FakeApplication People { get; }

    public FakeEdge Edge { get; }

    /// <summary>Provides Users and Privacy: everybody is who he says, a name that begins with "guest" is a guest.</summary>
    public static void LetIn(FakeApplication application)
    {
        application.Answer<AuthenticateRequest, AuthenticateReply>(request => (Reason.Success, new AuthenticateReply(
            new UserId(request.LoginName.StartsWith("guest", StringComparison.Ordinal) ? "" : request.LoginName), $"{request.LoginName} Example", "", "")));
        application.Answer<LoadPrivacyRequest, PrivacyReply>(_ => (Reason.Success, new PrivacyReply(PrivacyInfo.Everybody)));
        application.Answer<SavePrivacyRequest, Done>(_ => (Reason.Success, default));
        application.Provide(CommunityServices.Users);
        application.Provide(CommunityServices.Privacy);
    }

    public FakeClient LogIn(string name, string address = "127.0.0.1") => Edge.LogIn(name, address);

    public FakeApplication AddApplication(string name) => new(Loop, Hub, name);

    /// <summary>An application that provides a service with the protocol that the known clients speak.</summary>
    public FakeApplication AddResolve(string name)
    {
        var application = AddApplication(name);
        application.Provide(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve);
        return application;
    }

    /// <summary>An accepted IM channel: its number at either end.</summary>
    public (ChannelId AtCreator, ChannelId AtAcceptor) Converse(FakeClient creator, FakeClient acceptor)
    {
        var atCreator = creator.CreateIm(acceptor.LoginId!);
        var offer = acceptor.Inbox.Take<ChannelCreate>();
        acceptor.Accept(offer);
        creator.Inbox.Take<ChannelAccept>();
        return (atCreator, offer.Channel);
    }

    public void Dispose() => Loop.Dispose();
}
