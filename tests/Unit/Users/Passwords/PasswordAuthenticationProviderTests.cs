using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Users.Passwords;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Providers;
using Xunit;

namespace Sametime.Tests.Unit.Users.Passwords;

public sealed class PasswordAuthenticationProviderTests : IDisposable
{
    private static readonly IPAddress Office = IPAddress.Parse("192.0.2.1");

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly PasswordOptions _options = new() { MemoryKiB = 64, Passes = 1, HashesWaitingMax = 1_000, HashWaitMax = TimeSpan.FromDays(1), ShortWindow = TimeSpan.FromDays(1), ThrottledDelay = TimeSpan.FromMilliseconds(1) };
    private readonly InMemoryDirectory _directory = new();
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
            _directory, _directory, new PasswordHasher(_options), _gate, new VerifierCache(_options, _time), new PasswordThrottle(_options, _time),
            _turns, _events, _options, _time, NullLogger<PasswordAuthenticationProvider>.Instance);
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

    [Fact]
    public async Task A_whole_office_behind_one_address_may_come_back_at_once()
    {
        const int people = 200;
        for (var i = 0; i < people; i++)
        {
            await AddAsync($"user{i}");
        }

        var outcomes = await Task.WhenAll(Enumerable.Range(0, people).Select(i => LogInAsync($"user{i}", $"user{i}-pw")));
        Assert.All(outcomes, outcome => Assert.NotNull(outcome.User));
        Assert.Equal(0, _turns.Addresses);
    }

    [Fact]
    public async Task Thirty_guesses_at_once_are_all_that_an_address_gets()
    {
        var guesses = Enumerable.Range(0, 100).Select(i => LogInAsync($"user{i}", "guess")).ToArray();
        var all = Task.WhenAll(guesses);
        while (!all.IsCompleted)
        {
            // Refusals wait on the clock, checks on the thread pool: both go on while this turns.
            _time.Advance(_options.ThrottledDelay);
            await Task.Yield();
        }

        Assert.Equal(30, guesses.Count(guess => guess.Result == Authentication.WrongCredentials));
        Assert.Equal(70, guesses.Count(guess => guess.Result == Authentication.Unavailable));
        Assert.Single(_events.Of<AccountThrottled>());
    }

    [Fact]
    public async Task A_directory_that_is_down_is_no_wrong_password()
    {
        await AddAsync("alice");
        _directory.IsBroken = true;
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(Authentication.Unavailable, await LogInAsync("alice", "alice-pw"));
        }

        _directory.IsBroken = false;
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

    private async Task AddAsync(string id) => Assert.Equal(DirectoryChange.Done, await _directory.AddUserAsync(
        new UserRecord(new UserId(id), id, [id]), new PasswordHasher(_options).Hash(Encoding.UTF8.GetBytes($"{id}-pw")), _stop));

    private async Task<Authentication> LogInAsync(string name, string password)
    {
        using var credential = Credential.Password(password);
        return await _provider.VerifyAsync(name, credential, Office, _stop);
    }
}
