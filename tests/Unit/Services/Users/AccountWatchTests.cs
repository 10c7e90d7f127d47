using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers;
using Sametime.Services.Users;
using Sametime.Tests.Kit.Providers;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Services.Users;

public sealed class AccountWatchTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Accounts _accounts = new() { Known = [new("alice"), new("bob")] };
    private readonly InMemoryDirectory _embedded = new();
    private readonly ApplicationFixture _it;

    public AccountWatchTests() =>
        _it = ApplicationFixture.Of(new AccountWatch([_accounts], [_embedded], Interval, NullLogger<AccountWatch>.Instance));

    [Fact]
    public void Who_is_disabled_is_ended_at_the_next_look()
    {
        LogIn("alice");
        LogIn("bob");
        _it.Loop.Advance(Interval);
        Assert.Empty(Ended());

        _accounts.Disabled.Add(new("alice"));
        _it.Loop.Advance(Interval);

        Assert.Equal([new DiscardUserRequest(new("alice"), Reason.UserRestricted)], Ended());
    }

    [Fact]
    public void Who_is_gone_is_ended_when_two_looks_have_not_found_him()
    {
        LogIn("alice");
        _accounts.Known.Clear();
        _it.Loop.Advance(Interval);
        Assert.Empty(Ended());

        _accounts.Known.Add(new("alice"));
        _it.Loop.Advance(Interval);
        _accounts.Known.Clear();
        _it.Loop.Advance(Interval);
        Assert.Empty(Ended());

        _it.Loop.Advance(Interval);
        Assert.Equal([new DiscardUserRequest(new("alice"), Reason.Removed)], Ended());
    }

    [Fact]
    public void A_directory_that_does_not_answer_ends_nobody()
    {
        LogIn("alice");
        _accounts.Known.Clear();
        _it.Loop.Advance(Interval);
        _accounts.IsBroken = true;
        for (var i = 0; i < 5; i++)
            _it.Loop.Advance(Interval);
        Assert.Empty(Ended());

        // And what was seen before it went away counts no more.
        _accounts.IsBroken = false;
        _it.Loop.Advance(Interval);
        Assert.Empty(Ended());
    }

    [Fact]
    public async Task Whom_another_directory_answers_for_is_left_alone()
    {
        await _embedded.AddUserAsync(new UserRecord(new("carol"), "Carol", []), "h", TestContext.Current.CancellationToken);
        LogIn("carol");
        _accounts.Disabled.Add(new("carol"));
        for (var i = 0; i < 3; i++)
            _it.Loop.Advance(Interval);

        Assert.Empty(Ended());
    }

    [Fact]
    public void Nobody_is_asked_about_while_nobody_is_online()
    {
        var login = LogIn("alice");
        _it.Loop.Advance(Interval);
        Assert.Equal(1, _accounts.Looks);

        _it.Hub.Raise(new LoggedOut(login.LoginId, "alice", Reason.Success));
        _it.Loop.Advance(Interval);
        var looks = _accounts.Looks;
        _it.Loop.Advance(Interval);
        _it.Loop.Advance(Interval);
        Assert.Equal(looks, _accounts.Looks);

        LogIn("alice");
        _it.Loop.Advance(Interval);
        Assert.Equal(looks + 1, _accounts.Looks);
    }

    private LoginInfo LogIn(string user)
    {
        var login = Logins.Of(user);
        _it.Hub.Raise(new LoggedIn(login, ParticipantKind.User, new UserStatus(StatusCode.Active, 0), PrivacyInfo.Everybody));
        return login;
    }

    private DiscardUserRequest[] Ended() => [.. _it.Hub.Asked<DiscardUserRequest, Done>().Select(static asked => asked.Request)];

    private sealed class Accounts : IAccountStanding
    {
        public HashSet<UserId> Known { get; init; } = [];

        public HashSet<UserId> Disabled { get; } = [];

        public bool IsBroken { get; set; }

        public int Looks { get; private set; }

        public ValueTask<AccountStandings> LookAsync(IReadOnlyCollection<UserId> users, CancellationToken stop)
        {
            Looks++;
            return IsBroken
                ? ValueTask.FromException<AccountStandings>(new StoreUnavailableException("The directory is broken, as the test said."))
                : ValueTask.FromResult(new AccountStandings(users.Where(Known.Contains).ToHashSet(), users.Where(Disabled.Contains).ToHashSet()));
        }
    }
}
