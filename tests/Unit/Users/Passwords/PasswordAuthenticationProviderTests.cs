using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers;
using Sametime.Services.Users.Passwords;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Kit.Providers;
using Xunit;

namespace Sametime.Tests.Unit.Users.Passwords;

public sealed class PasswordAuthenticationProviderTests : IDisposable
{
    private static readonly IPAddress Office = IPAddress.Parse("192.0.2.1");

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly PasswordOptions _options = new() { MemoryKiB = 64, Passes = 1, HashesWaitingMax = 1_000, HashWaitMax = TimeSpan.FromDays(1), ShortWindow = TimeSpan.FromDays(1), ThrottledDelay = TimeSpan.FromMilliseconds(1) };
    private readonly InMemoryDirectory _directory = new();
    private readonly Elsewhere _elsewhere = new();
    private readonly RecordedEvents _events = new();
    private readonly FakeTimeProvider _time = new();
    private readonly HashGate _gate;
    private readonly AddressTurns _turns;
    private readonly PasswordAuthenticationProvider _provider;

    public PasswordAuthenticationProviderTests()
    {
        _gate = new HashGate(_options, _time);
        _turns = new AddressTurns(_options);
        _provider = new PasswordAuthenticationProvider(
            [new HashedPasswords(_directory, _directory, new PasswordHasher(_options), _gate, new VerifierCache(_options, _time), NullLogger<HashedPasswords>.Instance), _elsewhere],
            new PasswordThrottle(_options, _time), _turns, _events, _options, _time, NullLogger<PasswordAuthenticationProvider>.Instance);
    }

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task A_right_password_is_verified_and_an_unknown_name_looks_like_a_wrong_one()
    {
        await AddAsync("alice");
        Assert.Equal("alice", (await LogInAsync("alice", "alice-pw")).User?.Id.Value);
        Assert.Equal(Authentication.WrongCredentials, await LogInAsync("alice", "other"));
        Assert.Equal(Authentication.WrongCredentials, await LogInAsync("nobody", "other"));
    }

    // Of IPv6 an office has one network, and in it an address for each person.
    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8:0:1::{0}")]
    [InlineData("::ffff:192.0.2.1")]
    public async Task A_whole_office_behind_one_address_may_come_back_at_once(string addresses)
    {
        const int people = 200;
        for (var i = 0; i < people; i++)
        {
            await AddAsync($"user{i}");
        }

        var all = Task.WhenAll(Enumerable.Range(0, people).Select(i => LogInUntilAsync(
            $"user{i}", $"user{i}-pw", _stop, IPAddress.Parse(string.Format(CultureInfo.InvariantCulture, addresses, i + 1)))));
        await all.ForAsync(() => _time.Advance(_options.ThrottledDelay), "everybody has an answer");

        Assert.Equal(people, (await all).Count(static outcome => outcome.User is not null));
        Assert.Equal(0, _turns.Addresses);
    }

    [Fact]
    public async Task Thirty_guesses_at_once_are_all_that_an_address_gets()
    {
        var guesses = Enumerable.Range(0, 100).Select(i => LogInAsync($"user{i}", "guess")).ToArray();

        // Refusals wait on the clock, checks on the thread pool: both go on while this turns.
        await Task.WhenAll(guesses).ForAsync(() => _time.Advance(_options.ThrottledDelay), "every guess has an answer");

        Assert.Equal(30, guesses.Count(guess => guess.Result == Authentication.WrongCredentials));
        Assert.Equal(70, guesses.Count(guess => guess.Result == Authentication.Unavailable));
        Assert.Single(_events.Of<AccountThrottled>());
    }

    [Fact]
    public async Task A_login_waits_for_a_directory_that_is_down_and_goes_on_when_it_is_back()
    {
        await AddAsync("alice");
        _directory.IsBroken = true;
        var right = LogInAsync("alice", "alice-pw");
        var wrong = LogInAsync("alice", "other");
        var unknown = LogInAsync("nobody", "other");
        _time.Advance(_options.AwayHold - _options.AwayRetryDelay);
        Assert.False(right.IsCompleted || wrong.IsCompleted || unknown.IsCompleted);

        _directory.IsBroken = false;
        await Task.WhenAll(right, wrong, unknown).ForAsync(() => _time.Advance(_options.AwayRetryDelay), "the logins that were held go on");

        Assert.NotNull((await right).User);
        Assert.Equal([Authentication.WrongCredentials, Authentication.WrongCredentials], await Task.WhenAll(wrong, unknown));
    }

    [Fact]
    public async Task A_login_that_was_held_long_enough_is_told_to_come_back()
    {
        await AddAsync("alice");
        _directory.IsBroken = true;
        var right = LogInAsync("alice", "alice-pw");
        var unknown = LogInAsync("nobody", "other");
        await Task.WhenAll(right, unknown).ForAsync(() => _time.Advance(_options.AwayRetryDelay), "the logins that were held have an answer");

        Assert.Equal([Authentication.Unavailable, Authentication.Unavailable], await Task.WhenAll(right, unknown));
    }

    [Fact]
    public async Task Of_two_directories_the_one_that_answers_lets_its_users_in_and_never_says_wrong_for_the_other()
    {
        await AddAsync("alice");
        _elsewhere.Passwords["carol"] = "carol-pw";
        Assert.Equal("carol", (await LogInAsync("carol", "carol-pw")).User?.Id.Value);
        Assert.Equal(Authentication.WrongCredentials, await LogInAsync("carol", "other"));

        _directory.IsBroken = true;
        Assert.Equal("carol", (await LogInAsync("carol", "carol-pw")).User?.Id.Value);
        Assert.Equal(Authentication.Unavailable, await LogInAsync("carol", "other"));
        using var givesUp = CancellationTokenSource.CreateLinkedTokenSource(_stop);
        var unknown = LogInUntilAsync("nobody", "other", givesUp.Token);
        Assert.False(unknown.IsCompleted);
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unknown);
    }

    [Fact]
    public async Task Every_directory_works_as_hard_for_a_wrong_password_as_for_an_unknown_name()
    {
        await AddAsync("alice");
        _elsewhere.Passwords["carol"] = "carol-pw";

        await LogInAsync("alice", "other");
        await LogInAsync("carol", "other");
        await LogInAsync("nobody", "other");
        Assert.Equal(["nobody", "carol", "nobody"], _elsewhere.Checked);
        await LogInAsync("alice", "alice-pw");
        Assert.Equal(3, _elsewhere.Checked.Count);
    }

    [Fact]
    public async Task A_disabled_user_is_told_so_when_his_password_is_right_and_looks_like_anybody_else_when_not()
    {
        await AddAsync("alice");
        Assert.NotNull((await LogInAsync("alice", "alice-pw")).User);
        await _directory.SetDisabledAsync(new UserId("alice"), isDisabled: true, _stop);

        Assert.Equal(Authentication.Restricted, await LogInAsync("alice", "alice-pw"));
        Assert.Equal(Authentication.WrongCredentials, await LogInAsync("alice", "other"));

        await _directory.SetDisabledAsync(new UserId("alice"), isDisabled: false, _stop);
        Assert.NotNull((await LogInAsync("alice", "alice-pw")).User);
    }

    [Fact]
    public async Task A_hash_of_lower_cost_is_raised_at_the_next_login()
    {
        var cheap = new PasswordHasher(new PasswordOptions { MemoryKiB = 32, Passes = 1 }).Hash(Encoding.UTF8.GetBytes("alice-pw"));
        await _directory.AddUserAsync(new UserRecord(new UserId("alice"), "Alice", ["alice"]), cheap, _stop);
        Assert.NotNull((await LogInAsync("alice", "alice-pw")).User);
        var raised = await _directory.FindPasswordHashAsync(new UserId("alice"), _stop);
        Assert.Contains("m=64", raised, StringComparison.Ordinal);
        Assert.NotNull((await LogInAsync("alice", "alice-pw")).User);
    }

    [Fact]
    public async Task All_names_of_a_user_are_one_account_to_who_guesses()
    {
        _options.FailuresPerAccountAndAddress = 2;
        var hash = new PasswordHasher(_options).Hash("alice-pw"u8);
        await _directory.AddUserAsync(new UserRecord(new UserId("alice"), "Alice", ["al", "ally"]), hash, _stop);
        Assert.Equal(Authentication.WrongCredentials, await LogInAsync("ALICE", "one"));
        Assert.Equal(Authentication.WrongCredentials, await LogInAsync("ally", "two"));

        var third = LogInAsync("al", "alice-pw");
        await third.ForAsync(() => _time.Advance(_options.ThrottledDelay), "the third guess is answered");

        Assert.Equal(Authentication.Unavailable, await third);
        Assert.Equal(new AccountThrottled("al", Office.ToString(), ThrottleScope.AccountFromAddress), Assert.Single(_events.Of<AccountThrottled>()));
    }

    [Fact]
    public async Task While_one_directory_is_busy_a_password_that_another_finds_wrong_may_be_that_ones_and_counts_for_nothing()
    {
        (_options.FailuresPerAccountAndAddress, _options.HashesWaitingMax) = (1, 0);
        _elsewhere.Passwords["carol"] = "carol-pw";
        var places = new List<IDisposable?>();
        for (var i = 0; i < _options.HashesRunningMax; i++)
            places.Add(await _gate.EnterAsync(_stop));
        for (var time = 1; time <= 2; time++)
            Assert.Equal(Authentication.Unavailable, await LogInAsync("carol", "other").ForAsync("a login is answered", CancellationToken.None));
        Assert.NotNull((await LogInAsync("carol", "carol-pw")).User); // who has the password waits for nobody

        places.ForEach(static place => place!.Dispose());
        Assert.Equal(Authentication.WrongCredentials, await LogInAsync("carol", "other").ForAsync("a login is answered", CancellationToken.None));
    }

    [Fact]
    public async Task What_is_no_password_is_not_looked_at()
    {
        using var token = Credential.Token("alice-pw"u8);
        await AddAsync("alice");

        Assert.Equal(Authentication.TokenInvalid, await _provider.VerifyAsync("alice", token, Office, _stop));
        Assert.Equal((true, false), (_provider.Takes(CredentialKind.Password), _provider.Takes(CredentialKind.Token)));
        Assert.Empty(_elsewhere.Checked);
    }

    [Fact]
    public async Task Directories_that_want_to_hear_what_changed_do()
    {
        EventEnvelope[] batch = [new(default, 1, default, default, default, default, new UserRemoved(new UserId("alice")))];
        await _provider.OnEventsAsync(batch, _stop);
        Assert.Equal(batch, _elsewhere.Heard);
    }

    private async Task AddAsync(string id) => Assert.Equal(DirectoryChange.Done, await _directory.AddUserAsync(
        new UserRecord(new UserId(id), id, [id]), new PasswordHasher(_options).Hash(Encoding.UTF8.GetBytes($"{id}-pw")), _stop));

    public static TheoryData<string> NoVerdicts => ["busy", "away", "given up", "broken"];

    [Theory]
    [MemberData(nameof(NoVerdicts))]
    public async Task An_attempt_that_ended_without_a_verdict_gives_back_its_turn_and_counts_for_nothing(string how)
    {
        (_options.FailuresPerAccountAndAddress, _options.ChecksAtOncePerAddress, _options.AwayHold) = (2, 1, TimeSpan.Zero);
        _elsewhere.Passwords["carol"] = "carol-pw";
        for (var time = 1; time <= 5; time++)
        {
            using var givesUp = CancellationTokenSource.CreateLinkedTokenSource(_stop);
            _elsewhere.Instead = how switch
            {
                "busy" => static _ => Task.FromResult(PasswordVerdict.Busy),
                "away" => static _ => Task.FromException<PasswordVerdict>(new StoreUnavailableException("away")),
                "given up" => async stop => await new TaskCompletionSource<PasswordVerdict>().Task.WaitAsync(stop),
                _ => static _ => Task.FromException<PasswordVerdict>(new InvalidOperationException("a bug")),
            };
            var attempt = LogInUntilAsync("carol", "other", givesUp.Token);
            if (how == "given up")
                await givesUp.CancelAsync();
            if (how is "busy" or "away")
                Assert.Equal(Authentication.Unavailable, await attempt.ForAsync("the attempt ends", CancellationToken.None));
            else
                await Assert.ThrowsAnyAsync<Exception>(() => attempt.ForAsync("the attempt ends", CancellationToken.None));
            Assert.Equal(0, _turns.Addresses);
        }

        // As many wrong ones as are allowed are left, and not one more.
        _elsewhere.Instead = null;
        Assert.Equal(Authentication.WrongCredentials, await LogInAsync("carol", "other").ForAsync("the first wrong password is answered", CancellationToken.None));
        Assert.Equal(Authentication.WrongCredentials, await LogInAsync("carol", "other").ForAsync("the second is answered", CancellationToken.None));
        var throttled = LogInAsync("carol", "carol-pw");
        await throttled.ForAsync(() => _time.Advance(_options.ThrottledDelay), "the third is answered");
        Assert.Equal(Authentication.Unavailable, await throttled);
        Assert.Equal(0, _turns.Addresses);
    }

    private Task<Authentication> LogInAsync(string name, string password) => LogInUntilAsync(name, password, _stop);

    private async Task<Authentication> LogInUntilAsync(string name, string password, CancellationToken stop, IPAddress? from = null)
    {
        using var credential = Credential.Password(password);
        return await _provider.VerifyAsync(name, credential, from ?? Office, stop);
    }

    /// <summary>A second directory.</summary>
    private sealed class Elsewhere : IPasswordSource, IEventSubscriber
    {
        public List<EventEnvelope> Heard { get; } = [];

        public Dictionary<string, string> Passwords { get; } = [];

        /// <summary>What it does instead of looking at the password, if anything.</summary>
        public Func<CancellationToken, Task<PasswordVerdict>>? Instead { get; set; }

        /// <summary>Whose passwords it was asked for.</summary>
        public ConcurrentQueue<string> Checked { get; } = [];

        public ValueTask OnEventsAsync(IReadOnlyList<EventEnvelope> batch, CancellationToken stop)
        {
            Heard.AddRange(batch);
            return ValueTask.CompletedTask;
        }

        public ValueTask<PasswordAccount?> FindAsync(string loginName, CancellationToken stop) => ValueTask.FromResult(
            Passwords.ContainsKey(loginName) ? new PasswordAccount(new UserRecord(new UserId(loginName), loginName, [])) : null);

        public ValueTask<PasswordVerdict> CheckAsync(PasswordAccount? account, ReadOnlyMemory<byte> password, CancellationToken stop)
        {
            Checked.Enqueue(account?.User.Id.Value ?? "nobody");
            if (Instead is { } instead)
                return new ValueTask<PasswordVerdict>(instead(stop));
            var isRight = account is not null && Passwords[account.User.Id.Value] == Encoding.UTF8.GetString(password.Span);
            return ValueTask.FromResult(isRight ? PasswordVerdict.Right : PasswordVerdict.Wrong);
        }
    }
}
