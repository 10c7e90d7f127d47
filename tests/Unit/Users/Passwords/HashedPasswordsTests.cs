using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers;
using Sametime.Services.Users.Passwords;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Kit.Providers;
using Xunit;

namespace Sametime.Tests.Unit.Users.Passwords;

public sealed class HashedPasswordsTests : IDisposable
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly PasswordOptions _options = new() { MemoryKiB = 64, Passes = 1, HashesRunningMax = 1, HashesWaitingMax = 0 };
    private readonly InMemoryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly HashGate _gate;
    private readonly VerifierCache _verifiers;
    private readonly HashedPasswords _passwords;

    public HashedPasswordsTests()
    {
        _gate = new HashGate(_options, _time);
        _verifiers = new VerifierCache(_options, _time);
        _passwords = new HashedPasswords(
            _directory, _directory, new PasswordHasher(_options), _gate, _verifiers, NullLogger<HashedPasswords>.Instance);
    }

    public void Dispose() => _gate.Dispose();

    [Theory]
    [InlineData("pw", "pw", true)]
    [InlineData("pw", "", false)]
    [InlineData("pw", "PW", false)]
    [InlineData("", "", false)]
    [InlineData("", "pw", false)]
    public async Task An_account_lets_in_with_its_password_and_never_with_none(string set, string typed, bool isRight)
    {
        await AddAsync("alice", set);

        for (var time = 1; time <= 2; time++)
        {
            Assert.Equal(isRight ? PasswordVerdict.Right : PasswordVerdict.Wrong, await CheckAsync("alice", typed));
            Assert.Equal(isRight ? 1 : 0, _verifiers.Count);
        }
    }

    [Fact]
    public async Task Whoever_is_unknown_or_has_no_hash_is_wrong_with_every_password()
    {
        await _directory.AddUserAsync(new UserRecord(new UserId("alice"), "Alice", []), "no hash", _stop);

        Assert.Equal(PasswordVerdict.Wrong, await CheckAsync("alice", "no hash"));
        Assert.Equal(PasswordVerdict.Wrong, await CheckAsync("alice", ""));
        Assert.Equal(PasswordVerdict.Wrong, await CheckAsync("nobody", "pw"));
    }

    [Fact]
    public async Task The_place_to_hash_in_is_free_again_however_a_check_ends()
    {
        await AddAsync("alice", "pw");
        using var over = new CancellationTokenSource();
        await over.CancelAsync();

        for (var time = 1; time <= 2; time++)
        {
            Assert.Equal(PasswordVerdict.Wrong, await CheckAsync("alice", "other"));
            Assert.Equal(PasswordVerdict.Wrong, await CheckAsync("nobody", "other"));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CheckAsync("alice", "other", over.Token));
            _directory.IsBroken = true;
            await Assert.ThrowsAsync<StoreUnavailableException>(() => CheckAsync("alice", "other"));
            _directory.IsBroken = false;
            using (var place = await _gate.EnterAsync(_stop))
            {
                Assert.NotNull(place);
                Assert.Equal(PasswordVerdict.Busy, await CheckAsync("alice", "pw"));
            }
        }

        Assert.Equal(PasswordVerdict.Right, await CheckAsync("alice", "pw"));
        Assert.Equal(0, _gate.Waiting);

        // Who was right a short while ago needs no place.
        using var full = await _gate.EnterAsync(_stop);
        Assert.Equal(PasswordVerdict.Right, await CheckAsync("alice", "pw"));
        Assert.Equal(PasswordVerdict.Busy, await CheckAsync("alice", "other"));
    }

    [Fact]
    public async Task What_it_remembers_of_a_user_goes_with_his_password_and_with_him()
    {
        IEvent[] facts = [new UserPasswordChanged(new UserId("alice"), "h"), new UserRemoved(new UserId("alice")),
            new UserDisabled(new UserId("alice"))];
        await AddAsync("alice", "pw");
        foreach (var fact in facts)
        {
            Assert.Equal(PasswordVerdict.Right, await CheckAsync("alice", "pw"));
            Assert.Equal(1, _verifiers.Count);
            await _passwords.OnEventsAsync([new EventEnvelope(default, 1, default, default, default, default, fact)], _stop);
            Assert.Equal(0, _verifiers.Count);
        }
    }

    [Theory]
    [InlineData("taken", true)]
    [InlineData("changed by somebody else meanwhile", false)]
    [InlineData("away", false)]
    public async Task Whose_hash_is_to_be_raised_is_right_whatever_becomes_of_it_and_the_one_that_counts_is_remembered(string store, bool isRaised)
    {
        var user = new UserRecord(new UserId("alice"), "Alice", []);
        var cheap = new PasswordHasher(new PasswordOptions { MemoryKiB = 32, Passes = 1 }).Hash("pw"u8);
        var hashes = new Hashes(cheap, store);
        var passwords = new HashedPasswords(
            _directory, hashes, new PasswordHasher(_options), _gate, _verifiers, NullLogger<HashedPasswords>.Instance);

        Assert.Equal(PasswordVerdict.Right, await passwords.CheckAsync(new PasswordAccount(user), "pw"u8.ToArray(), _stop));

        Assert.Equal(isRaised, hashes.Hash != cheap);
        Assert.Equal(cheap, hashes.Replacing);
        Assert.True(_verifiers.Knows(user.Id, hashes.Hash, "pw"u8));
    }

    private async Task AddAsync(string id, string password) => Assert.Equal(DirectoryChange.Done, await _directory.AddUserAsync(
        new UserRecord(new UserId(id), id, []), new PasswordHasher(_options).Hash(Encoding.UTF8.GetBytes(password)), _stop));

    private Task<PasswordVerdict> CheckAsync(string user, string password, CancellationToken? stop = null) => CheckAsync(
        user == "nobody" ? null : new PasswordAccount(new UserRecord(new UserId(user), user, [])), password, stop ?? _stop)
        .ForAsync($"the password {password} is checked", CancellationToken.None);

    private async Task<PasswordVerdict> CheckAsync(PasswordAccount? account, string password, CancellationToken stop) =>
        await _passwords.CheckAsync(account, Encoding.UTF8.GetBytes(password), stop);

    /// <summary>The hash of one password, in a store that may be away or ahead.</summary>
    private sealed class Hashes(string hash, string fate) : IPasswordStore
    {
        public string Hash { get; private set; } = hash;

        public string? Replacing { get; private set; }

        public ValueTask<string?> FindPasswordHashAsync(UserId id, CancellationToken stop) => ValueTask.FromResult<string?>(Hash);

        public ValueTask<bool> SavePasswordHashAsync(UserId id, string hash, string? replacing, CancellationToken stop)
        {
            Replacing = replacing;
            if (fate == "away")
                throw new StoreUnavailableException("away");
            if (fate != "taken")
                return ValueTask.FromResult(false);
            Hash = hash;
            return ValueTask.FromResult(true);
        }
    }
}
