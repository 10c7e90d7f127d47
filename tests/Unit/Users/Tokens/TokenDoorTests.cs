using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Users.Tokens;
using Xunit;

namespace Sametime.Tests.Unit.Users.Tokens;

/// <summary>What is the same for every kind of token: whom to believe among the providers, and when to stop listening.</summary>
public sealed class TokenDoorTests : IAsyncLifetime
{
    private TokenScene _it = null!;

    public async ValueTask InitializeAsync() => _it = await TokenScene.StartAsync();

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    public static TheoryData<string, string, string> Outcomes => new()
    {
        { nameof(Authentication.TokenInvalid), nameof(Authentication.TokenExpired), nameof(Authentication.TokenExpired) },
        { nameof(Authentication.TokenOfOtherAddress), nameof(Authentication.TokenInvalid), nameof(Authentication.TokenOfOtherAddress) },
        { nameof(Authentication.TokenExpired), nameof(Authentication.Unavailable), nameof(Authentication.Unavailable) },
        { nameof(Authentication.Unavailable), nameof(Authentication.TokenExpired), nameof(Authentication.Unavailable) },
        { nameof(Authentication.TokenInvalid), nameof(Authentication.WrongCredentials), nameof(Authentication.TokenInvalid) },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task The_most_telling_refusal_is_told(string first, string second, string told) =>
        Assert.Equal(Named(told), await _it.LogInAsync("token", provider: Door(new Fixed(Named(first)), new Fixed(Named(second)))));

    [Fact]
    public async Task A_token_that_one_of_the_kinds_knows_lets_in()
    {
        var token = await _it.IssueAsync();

        Assert.NotNull((await _it.LogInAsync(token, provider: Door(new Fixed(Authentication.TokenInvalid), _it.Provider))).User);
    }

    [Fact]
    public async Task S11_A_disabled_user_is_let_in_by_no_token_and_gets_none()
    {
        var token = await _it.IssueAsync();
        await _it.Directory.SetDisabledAsync(new UserId("alice"), isDisabled: true, TokenScene.Stop);
        Assert.Equal(Authentication.Restricted, await _it.LogInAsync(token, provider: Door(_it.Provider)));
        Assert.Null(await _it.Issuer.IssueAsync(new UserId("alice"), oneTime: false, null, null, "test", TokenScene.Stop));

        await _it.Directory.SetDisabledAsync(new UserId("alice"), isDisabled: false, TokenScene.Stop);
        Assert.NotNull((await _it.LogInAsync(token, provider: Door(_it.Provider))).User);
    }

    [Fact]
    public async Task A_token_longer_than_any_is_refused_unread()
    {
        var provider = new Fixed(Authentication.TokenExpired);

        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(new string('x', _it.Options.TokenBytesMax + 1), provider: Door(provider)));
        Assert.Equal(0, provider.Asked);
    }

    [Fact]
    public async Task Whoever_tries_tokens_by_the_hundred_is_not_listened_to_for_a_while_and_others_are()
    {
        var token = await _it.IssueAsync();
        var door = Door(_it.Provider);
        for (var i = 0; i < _it.Options.RefusalsPerAddress; i++)
            Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync("guess", provider: door));

        Assert.Equal(Authentication.Unavailable, await ThrottledAsync(_it.LogInAsync(token, provider: door)));
        Assert.Equal(Authentication.Unavailable, await ThrottledAsync(_it.LogInAsync(token, provider: door)));
        Assert.Equal(new AccountThrottled("alice", TokenScene.Office.ToString(), ThrottleScope.Address), Assert.Single(_it.Events.Of<AccountThrottled>()));
        Assert.NotNull((await _it.LogInAsync(token, from: TokenScene.Elsewhere, provider: door)).User);

        _it.Time.Advance(_it.Options.RefusalWindow);
        Assert.NotNull((await _it.LogInAsync(token, provider: door)).User);
    }

    [Fact]
    public async Task Good_tokens_and_a_store_that_is_away_count_for_nothing()
    {
        var token = await _it.IssueAsync();
        var door = Door(_it.Provider);
        for (var i = 0; i < _it.Options.RefusalsPerAddress + 1; i++)
        {
            Assert.NotNull((await _it.LogInAsync(token, provider: door)).User);
            _it.Directory.IsBroken = true;
            Assert.Equal(Authentication.Unavailable, await _it.LogInAsync(token, provider: door));
            _it.Directory.IsBroken = false;
        }
    }

    private TokenDoor Door(params IAuthenticationProvider[] providers) =>
        new(providers, _it.Events, _it.Options, _it.Time, NullLogger<TokenDoor>.Instance);

    // The answer waits on the clock, so that who tries on is slowed down.
    private async Task<Authentication> ThrottledAsync(Task<Authentication> login)
    {
        Assert.False(login.IsCompleted);
        _it.Time.Advance(_it.Options.ThrottledDelay);
        return await login;
    }

    private static Authentication Named(string name) => (Authentication)typeof(Authentication).GetProperty(name)!.GetValue(null)!;

    private sealed class Fixed(Authentication outcome) : IAuthenticationProvider
    {
        public int Asked { get; private set; }

        public bool Takes(CredentialKind kind) => kind == CredentialKind.Token;

        public ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop)
        {
            Asked++;
            return ValueTask.FromResult(outcome);
        }
    }
}
