using System.Net;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>A secret that the hub has opened is overwritten as soon as it is needed no more, whatever became of it.</summary>
public sealed class SecretTests : IDisposable
{
    private readonly HubScene _scene = new();

    public void Dispose() => _scene.Dispose();

    /// <summary>What becomes of a login.</summary>
    public enum Fate
    {
        LetIn,
        Refused,
        Gone,
        EdgeLost,
        TimeOver,
        HubFull,
        Discarded,
        Drained,
    }

    public static TheoryData<Fate> Fates => [.. Enum.GetValues<Fate>()];

    [Theory]
    [MemberData(nameof(Fates))]
    public void Of_a_login(Fate fate)
    {
        var edge = new OpeningLink(LinkRole.Edge);
        _scene.Hub.OnLinkOpened(edge);
        if (fate == Fate.HubFull)
            _scene.Options.Limits.UndecidedLoginsMax = 0;
        if (fate == Fate.Refused)
            _scene.People.Answer<AuthenticateRequest, AuthenticateReply>(static _ => (Reason.IncorrectLogin, null));
        else if (fate != Fate.LetIn)
            _scene.People.Answer<LoadPrivacyRequest, PrivacyReply>(static _ => null);
        var attach = new Attach(
            ClientType.Meanwhile, 0x1d, "alice", CredentialKind.Password, [1], AuthType.Plain, TransportSecurity.Tls, [127, 0, 0, 1], ["edge"]);
        _scene.Loop.Run(() => _scene.Hub.OnLinkFrame(edge, new LinkFrame(LinkKind.Attach, 5, Bytes.Of(attach))));
        Assert.Equal(fate is Fate.LetIn or Fate.Refused or Fate.HubFull, edge.IsOverwritten);
        switch (fate)
        {
            case Fate.Gone:
                _scene.Loop.Run(() => _scene.Hub.OnLinkFrame(edge, new LinkFrame(LinkKind.Detach, 5, Bytes.Of(new Detach(Reason.Success)))));
                break;
            case Fate.EdgeLost:
                _scene.Loop.Run(() => _scene.Hub.OnLinkClosed(edge, Reason.ConnectionBroken));
                break;
            case Fate.TimeOver:
                _scene.Loop.Advance(_scene.Options.Limits.LoginDecision);
                break;
            case Fate.Discarded:
                _scene.People.Ask<DiscardUserRequest, Done>(1, new DiscardUserRequest(new UserId("alice"), Reason.Removed));
                break;
            case Fate.Drained:
                _scene.Loop.Run(_scene.Hub.Drain);
                break;
        }
        Assert.True(edge.IsOverwritten);
    }

    [Fact]
    public void Of_a_question_that_is_passed_on()
    {
        var asker = new OpeningLink(LinkRole.Application);
        _scene.Hub.OnLinkOpened(asker);
        var request = new AuthenticateRequest("alice", CredentialKind.Password, [1], [127, 0, 0, 1], ClientType.Meanwhile, TransportSecurity.Tls);
        _scene.Loop.Run(() => _scene.Hub.OnLinkFrame(asker, new LinkFrame(LinkKind.Request, 5, Question(request))));
        Assert.True(asker.IsOverwritten);
    }

    [Fact]
    public void Of_a_token_that_is_passed_back()
    {
        var tokens = new OpeningLink(LinkRole.Application);
        _scene.Hub.OnLinkOpened(tokens);
        _scene.Loop.Run(() => _scene.Hub.OnLinkFrame(tokens, new LinkFrame(LinkKind.Provide, 0, Bytes.Of(new Provide(IssueTokenRequest.Service, ServiceScope.Global, [])))));
        var asker = _scene.AddApplication("asker");
        asker.Ask<IssueTokenRequest, IssueTokenReply>(1, new IssueTokenRequest(new UserId("alice"), OneTime: true, 0, default, "web"));
        _scene.Loop.Run(() => _scene.Hub.OnLinkFrame(tokens, new LinkFrame(LinkKind.Reply, tokens.Asked, [0, 0, 0, 0, .. Bytes.Written(new IssueTokenReply([1], 7))])));
        Assert.Equal((Reason.Success, true), (asker.Replies[1].Reason, tokens.IsOverwritten));
    }

    private static byte[] Question(AuthenticateRequest request)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        writer.WriteUInt32(AuthenticateRequest.Service.Value);
        writer.WriteUInt16(AuthenticateRequest.Code);
        request.Write(ref writer);
        writer.Complete();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A link that remembers what it has opened.</summary>
    private sealed class OpeningLink(LinkRole role) : ILink
    {
        private readonly byte[] _secret = "pa55word"u8.ToArray();

        public LinkPeer Peer { get; } = new(role, "opening", 0, IPAddress.Loopback);

        public int QueuedBytes => 0;

        public bool IsOverwritten => _secret.All(static one => one == 0);

        /// <summary>Number of the last question.</summary>
        public uint Asked { get; private set; }

        public void Send(LinkKind kind, uint handle, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body) => Asked = kind == LinkKind.Request ? handle : Asked;

        public void Send<TPayload>(uint handle, in TPayload payload)
            where TPayload : ILinkPayload<TPayload>
        {
        }

        public Opaque Seal(ReadOnlySpan<byte> secret) => new(secret);

        public byte[] Open(Opaque sealedSecret) => _secret;

        public void PauseReading()
        {
        }

        public void ResumeReading()
        {
        }

        public void Close(Reason reason)
        {
        }
    }
}
