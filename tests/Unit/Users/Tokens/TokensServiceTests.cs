using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Tokens;
using Sametime.Services.Users.Tokens;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Kit.Services;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Unit.Users.Tokens;

/// <summary>Tokens on request. The directory and the store answer at once here, so nothing has to be waited for but the store's writer.</summary>
public sealed class TokensServiceTests : IAsyncLifetime
{
    private static readonly LoginInfo AliceHere = new("LOGIN-1", ClientType.Meanwhile, new UserId("alice"), "Alice");

    private TokenScene _it = null!;
    private ApplicationFixture _application = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _it = await TokenScene.StartAsync();
        _application = ApplicationFixture.Of(new TokensService(_it.Issuer, _it.Options, NullLogger<TokensService>.Instance));
    }

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task S129_A_client_gets_a_token_for_whom_the_hub_says_it_is()
    {
        var channel = Open(AliceHere);
        Assert.True(_application.Hub.WasAccepted(channel));
        _application.Hub.Send(channel, new TokenRequest(7, TokenRequestOptions.OneTime, 60, default));

        var reply = await ReplyAsync(channel);

        Assert.Equal((7u, Reason.Success, (ulong)_it.Time.GetUtcNow().AddSeconds(60).ToUnixTimeSeconds()), (reply.RequestId, reply.Result, reply.ExpiresSeconds));
        var token = Encoding.ASCII.GetString(reply.Token.Span);
        Assert.Equal("alice", (await _it.LogInAsync(token, typed: "")).User?.Id.Value);
        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token, typed: ""));
        var issued = (TokenIssued)(await _it.Store.ReadAllAsync(0, Stop).FirstAsync(Stop)).Envelope.Payload;
        Assert.Equal((new UserId("alice"), true, "LOGIN-1"), (issued.User, issued.OneTime, issued.For));
    }

    [Fact]
    public void S129_A_guest_gets_no_channel_and_so_no_token()
    {
        var channel = Open(AliceHere with { UserId = new UserId("LOGIN-1") });

        Assert.Equal(Reason.NotAuthorized, _application.Hub.DestroyedWith(channel));
    }

    [Fact]
    public async Task What_cannot_be_made_is_refused_with_the_reason()
    {
        var channel = Open(AliceHere);
        _application.Hub.Send(channel, new TokenRequest(1, TokenRequestOptions.None, 0, [1, 2, 3]));
        Assert.Equal(TokenReply.Refused(1, Reason.RequestInvalid), await ReplyAsync(channel));

        _it.Directory.IsBroken = true;
        _application.Hub.Send(channel, new TokenRequest(2, TokenRequestOptions.None, 0, default));
        Assert.Equal(TokenReply.Refused(2, Reason.ServerNotResponding), await ReplyAsync(channel, 2));

        _it.Directory.IsBroken = false;
        var gone = Open(AliceHere with { UserId = new UserId("carol") });
        _application.Hub.Send(gone, new TokenRequest(3, TokenRequestOptions.None, 0, default));
        Assert.Equal(TokenReply.Refused(3, Reason.NoSuchUser), await ReplyAsync(gone));
    }

    [Fact]
    public async Task S129_An_application_gets_a_token_sealed_for_its_link()
    {
        var asked = _application.Hub.Ask<IssueTokenRequest, IssueTokenReply>(new(new UserId("ALICE"), OneTime: false, 0, TokenAddress, "web-1"));
        await UntilAsync(() => _application.Hub.AnswerTo<IssueTokenReply>(asked) is not null, "the application has an answer");
        var (reason, reply) = _application.Hub.AnswerTo<IssueTokenReply>(asked)!.Value;

        Assert.Equal(Reason.Success, reason);
        var token = _application.Hub.Link!.Open(reply!.SealedToken)!;
        Assert.NotEqual(new Opaque(token), reply.SealedToken);
        Assert.Equal("alice", (await _it.LogInAsync(token)).User?.Id.Value);
        Assert.Equal(Authentication.TokenOfOtherAddress, await _it.LogInAsync(token, from: TokenScene.Elsewhere));
    }

    [Fact]
    public async Task A_client_that_asks_for_no_more_gets_a_token_that_is_good_as_often_as_it_likes_for_the_usual_time()
    {
        var channel = Open(AliceHere);
        _application.Hub.Send(channel, new TokenRequest(8, TokenRequestOptions.None, 0, default));
        var reply = await ReplyAsync(channel);

        Assert.Equal((ulong)(_it.Time.GetUtcNow() + _it.Options.Lifetime).ToUnixTimeSeconds(), reply.ExpiresSeconds);
        for (var time = 1; time <= 2; time++)
            Assert.NotNull((await _it.LogInAsync(reply.Token.Span.ToArray(), from: TokenScene.Elsewhere)).User);
    }

    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8::7")]
    public async Task An_application_says_how_long_how_often_and_from_where_its_token_is_good_and_who_asked(string from)
    {
        var address = System.Net.IPAddress.Parse(from);
        var reply = await AskAsync(new(new UserId("alice"), OneTime: true, 60, new Opaque(address.GetAddressBytes()), "web-1"));

        Assert.Equal((ulong)_it.Time.GetUtcNow().AddSeconds(60).ToUnixTimeMilliseconds(), reply.Reply!.ExpiresMilliseconds);
        var token = _application.Hub.Link!.Open(reply.Reply.SealedToken)!;
        Assert.Equal(Authentication.TokenOfOtherAddress, await _it.LogInAsync(token, from: TokenScene.Elsewhere));
        Assert.NotNull((await _it.LogInAsync(token, from: address)).User);
        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token, from: address));
        Assert.Equal("web-1", ((TokenIssued)(await _it.Store.ReadAllAsync(0, Stop).FirstAsync(Stop)).Envelope.Payload).For);
    }

    [Theory]
    [InlineData("alice", 256, Reason.Success)]
    [InlineData("alice", 257, Reason.RequestInvalid)]
    [InlineData("nobody", 1, Reason.NoSuchUser)]
    public async Task An_application_is_told_why_it_gets_none(string user, int forChars, Reason reason) =>
        Assert.Equal(reason, (await AskAsync(new(new UserId(user), OneTime: false, 0, default, new string('x', forChars)))).Reason);

    private async Task<(Reason Reason, IssueTokenReply? Reply)> AskAsync(IssueTokenRequest request)
    {
        var asked = _application.Hub.Ask<IssueTokenRequest, IssueTokenReply>(request);
        await UntilAsync(() => _application.Hub.AnswerTo<IssueTokenReply>(asked) is not null, "the application has an answer");
        return _application.Hub.AnswerTo<IssueTokenReply>(asked)!.Value;
    }

    private static Opaque TokenAddress => new(TokenScene.Office.GetAddressBytes());

    private ChannelId Open(LoginInfo who) => _application.Hub.Open(ServiceTypes.Tokens, ProtocolTypes.Tokens, ProtocolVersions.Tokens, who);

    private async Task<TokenReply> ReplyAsync(ChannelId channel, int count = 1)
    {
        await UntilAsync(() => _application.Hub.Payloads<TokenReply>(channel).Count == count, $"{count} requests for a token have replies");
        return _application.Hub.Payloads<TokenReply>(channel)[^1];
    }

    // The store's writer is another thread; what it has done comes back to the loop, which turns when it is told to.
    private Task UntilAsync(Func<bool> isSo, string what) =>
        Waits.UntilAsync(isSo, _application.Loop.RunUntilIdle, what, TestContext.Current.CancellationToken);
}
