using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Tokens;
using Sametime.Services.Users;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Kit.Events;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Unit.Community.Support;
using Xunit;

namespace Sametime.Tests.Unit.Community;

/// <summary>Tokens from the client that asks for one to the client that logs in with it.</summary>
public sealed class TokenTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S129_A_token_made_for_a_logged_in_user_logs_in_a_second_client_once()
    {
        await using var community = await TestCommunity.StartAsync();
        var first = await community.LogInAsync("asmith");
        var token = await AskAsync(first, TokenRequestOptions.OneTime, seconds: 60);

        var second = await ShowAsync(community, "alice", token);
        await second.IsLetInAsync(Stop);
        Assert.Equal(first.UserId, second.UserId);
        Assert.NotEqual(first.LoginId, second.LoginId);

        Assert.Equal(Reason.TokenInvalid, await (await ShowAsync(community, "alice", token)).EndAsync(Stop));
        Assert.True(first.IsConnected && second.IsConnected);
        await TestCommunity.UntilAsync(() => Task.FromResult(community.Facts.Of<LoginRefused>().Count == 1), "the refusal is told");
    }

    [Fact]
    public async Task S129_A_token_that_is_altered_or_another_user_s_is_refused_with_its_reason()
    {
        await using var community = await TestCommunity.StartAsync();
        var token = await AskAsync(await community.LogInAsync("alice"), TokenRequestOptions.None);
        var altered = token.Span.ToArray();
        altered[20] ^= 1;

        Assert.Equal(Reason.TokenInvalid, await (await ShowAsync(community, "alice", new Opaque(altered))).EndAsync(Stop));
        Assert.Equal(Reason.TokenInvalid, await (await ShowAsync(community, "bob", token)).EndAsync(Stop));
        var bound = await AskAsync(await community.LogInAsync("alice"), TokenRequestOptions.None, address: [192, 0, 2, 7]);
        Assert.Equal(Reason.TokenOfOtherAddress, await (await ShowAsync(community, "alice", bound)).EndAsync(Stop));
        await (await ShowAsync(community, "alice", token)).IsLetInAsync(Stop);
    }

    [Fact]
    public async Task S129_A_guest_gets_no_token()
    {
        await using var community = await TestCommunity.StartAsync(new CommunityPlan { Users = { GuestsAllowed = true } });
        var guest = await community.LogInAsync("");

        var channel = await guest.CreateAsync(ServiceTypes.Tokens, ProtocolTypes.Tokens, ProtocolVersions.Tokens);
        Assert.Equal(Reason.NotAuthorized, (await guest.TakeAsync<ChannelDestroy>(Stop, channel)).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_one_time_token_takes_its_user_home_to_another_hub_and_is_spent_there(bool throughAnOuterEdge)
    {
        await using var sites = await TwoSites.StartAsync(home: "hub-2");
        var outer = throughAnOuterEdge ? await sites.North.AddEdgeAsync("outer", behind: sites.North.Edge) : sites.North.Edge;
        var token = await AskAsync(await sites.South.LogInAsync("alice"), TokenRequestOptions.OneTime);

        var second = await ShowAsync(sites.North, "alice", token, outer);
        await second.IsLetInAsync(Stop);

        Assert.Contains(await sites.South.Hub.AskAsync(static hub => hub.Status.Participants()), p => p.LoginId == second.LoginId);
        Assert.Equal(Reason.TokenInvalid, await (await ShowAsync(sites.North, "alice", token, outer)).EndAsync(Stop));
        Assert.Equal(Reason.TokenInvalid, await (await ShowAsync(sites.South, "alice", token)).EndAsync(Stop));
    }

    [Fact]
    public async Task S129_An_application_gets_a_token_for_a_user_and_nobody_on_the_way_sees_it()
    {
        await using var community = await TestCommunity.StartAsync(new CommunityPlan { Apart = true });
        var web = await community.AddApplicationAsync("web", new NamedService("web"));

        var answer = await web.Loop.AskAsync(() => web.Application.AskAsync<IssueTokenRequest, IssueTokenReply>(
            new IssueTokenRequest(new UserId("alice"), OneTime: true, 0, default, "web")));
        Assert.True(answer.IsOk, answer.Reason.ToString());
        var token = await web.Loop.AskAsync(() => web.Application.OpenSecret(answer.Reply.SealedToken));
        Assert.NotNull(token);
        await (await ShowAsync(community, "", new Opaque(token))).IsLetInAsync(Stop);

        var nobody = await web.Loop.AskAsync(() => web.Application.AskAsync<IssueTokenRequest, IssueTokenReply>(
            new IssueTokenRequest(new UserId("nobody"), OneTime: true, 0, default, "web")));
        Assert.Equal(Reason.NoSuchUser, nobody.Reason);
    }

    [Fact]
    public async Task S16_No_fact_of_a_login_by_token_shows_it()
    {
        await using var community = await TestCommunity.StartAsync();
        var token = await AskAsync(await community.LogInAsync("alice"), TokenRequestOptions.None);
        var second = await ShowAsync(community, "alice", token);
        await second.IsLetInAsync(Stop);
        await second.LogOutAsync(Stop);
        await TestCommunity.UntilAsync(() => Task.FromResult(community.Facts.Of<ParticipantLoggedOut>().Count == 1), "the end is told");

        var canary = token.Span[10..30].ToArray();
        var facts = community.Facts.All;
        Assert.DoesNotContain(facts, fact => FactText.Shows(fact, canary));

        // It would be found as text, and as bytes, in which no ToString shows it.
        Assert.True(FactText.Shows(new AccountThrottled(System.Text.Encoding.ASCII.GetString(token.Span), "", ThrottleScope.Address), canary));
        Assert.True(FactText.Shows(new UserAttributeSet(default, new UserId("alice"), 1, token), canary));
        Assert.NotEmpty(facts);
    }

    private static async Task<Opaque> AskAsync(CommunityClient client, TokenRequestOptions options, uint seconds = 0, Opaque address = default)
    {
        var channel = await client.OpenAsync(ServiceTypes.Tokens, ProtocolTypes.Tokens, ProtocolVersions.Tokens, Stop);
        await client.SendPayloadAsync(channel, new TokenRequest(1, options, seconds, address));
        var reply = await client.TakePayloadAsync<TokenReply>(channel, Stop);
        Assert.Equal(Reason.Success, reply.Result);
        return reply.Token;
    }

    private static async Task<CommunityClient> ShowAsync(TestCommunity community, string name, Opaque token, EdgePart? at = null)
    {
        var client = await community.ConnectAsync(at);
        await client.SendTokenLoginAsync(name, token, Stop);
        return client;
    }
}
