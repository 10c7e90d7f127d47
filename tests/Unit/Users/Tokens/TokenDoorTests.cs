using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Users.Tokens;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Loop;
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

    public static TheoryData<string> NoVerdicts => ["given up", "broken", "right", "nobody could tell"];

    [Theory]
    [MemberData(nameof(NoVerdicts))]
    public async Task An_attempt_that_ended_without_a_verdict_counts_for_nothing(string how)
    {
        _it.Options.RefusalsPerAddress = 2;
        var provider = new Fixed(Authentication.TokenInvalid);
        var door = Door(provider);
        for (var time = 1; time <= 5; time++)
        {
            using var givesUp = new CancellationTokenSource();
            provider.Instead = how switch
            {
                "given up" => async stop => await new TaskCompletionSource<Authentication>().Task.WaitAsync(stop),
                "broken" => static _ => Task.FromException<Authentication>(new InvalidOperationException("a bug")),
                "nobody could tell" => static _ => Task.FromResult(Authentication.Unavailable),
                _ => static _ => Task.FromResult(Authentication.Verified(new UserRecord(new UserId("alice"), "Alice", []))),
            };
            using var credential = new Credential(CredentialKind.Token, "token"u8.ToArray());
            var attempt = door.VerifyAsync("alice", credential, TokenScene.Office, givesUp.Token).AsTask();
            if (how == "given up")
                await givesUp.CancelAsync();
            if (how is "given up" or "broken")
                await Assert.ThrowsAnyAsync<Exception>(() => attempt.ForAsync("the attempt ends", CancellationToken.None));
            else
                await attempt.ForAsync("the attempt ends without the clock being turned", CancellationToken.None);
        }

        // As many refusals as are allowed are left, and not one more.
        provider.Instead = null;
        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync("guess", provider: door));
        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync("guess", provider: door));
        var asked = provider.Asked;
        Assert.Equal(Authentication.Unavailable, await ThrottledAsync(_it.LogInAsync("guess", provider: door)));
        Assert.Equal(asked, provider.Asked);
    }

    [Fact]
    public async Task Who_was_not_listened_to_is_told_of_again_in_the_next_window_and_not_before()
    {
        _it.Options.RefusalsPerAddress = 1;
        var door = Door(_it.Provider);
        for (var window = 1; window <= 3; window++)
        {
            Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync("guess", provider: door));
            for (var time = 1; time <= 3; time++)
                Assert.Equal(Authentication.Unavailable, await ThrottledAsync(_it.LogInAsync("guess", provider: door)));
            Assert.Equal(window, _it.Events.Of<AccountThrottled>().Count());
            _it.Time.Advance(_it.Options.RefusalWindow);
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

        /// <summary>What it does instead of giving that outcome, if anything.</summary>
        public Func<CancellationToken, Task<Authentication>>? Instead { get; set; }

        public bool Takes(CredentialKind kind) => kind == CredentialKind.Token;

        public ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop)
        {
            Asked++;
            return Instead is { } instead ? new ValueTask<Authentication>(instead(stop)) : ValueTask.FromResult(outcome);
        }
    }
}
