using Microsoft.Extensions.Logging;
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
    private readonly LogLines<AccountWatch> _log = new();
    private readonly ApplicationFixture _it;
    private int _answered;

    public AccountWatchTests() =>
        _it = ApplicationFixture.Of(new AccountWatch([_accounts], [_embedded], Interval, _log));

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

    [Theory]
    [InlineData(ParticipantKind.Guest)]
    [InlineData(ParticipantKind.Application)]
    [InlineData(ParticipantKind.Edge)]
    [InlineData(ParticipantKind.Hub)]
    public void Whoever_is_in_no_directory_is_asked_about_in_none(ParticipantKind kind)
    {
        _it.Hub.Raise(new LoggedIn(Logins.Of("alice"), kind, new UserStatus(StatusCode.Active, 0), PrivacyInfo.Everybody));
        _it.Loop.Advance(3 * Interval);

        Assert.Equal(0, _accounts.Looks);
    }

    [Fact]
    public void Who_has_one_of_two_logins_left_is_looked_at_and_nobody_is_who_was_at_a_lost_hub()
    {
        var first = LogIn("alice", 1);
        LogIn("alice", 2);
        _it.Hub.Raise(new LoggedOut(first.LoginId, "alice", Reason.Success));
        _accounts.Disabled.Add(new("alice"));
        _it.Loop.Advance(Interval);
        Assert.Equal([new DiscardUserRequest(new("alice"), Reason.UserRestricted)], Ended());

        _it.Hub.LoseLink();
        _it.Hub.Connect();
        _it.Loop.Advance(Interval);
        var looks = _accounts.Looks;
        _it.Loop.Advance(3 * Interval);
        Assert.Equal((looks, 1), (_accounts.Looks, Ended().Length));
    }

    [Fact]
    public void Who_logs_out_while_his_account_is_looked_at_is_not_ended()
    {
        var login = LogIn("alice");
        _accounts.Disabled.Add(new("alice"));
        _accounts.Hold = new TaskCompletionSource();
        _it.Loop.Advance(Interval);
        _it.Hub.Raise(new LoggedOut(login.LoginId, "alice", Reason.Success));

        _it.Loop.Run(_accounts.Hold.SetResult);

        Assert.Empty(Ended());
    }

    [Fact]
    public void Of_two_directories_that_are_asked_the_first_that_knows_him_decides()
    {
        var (first, second) = (new Accounts { Known = [new("alice")] }, new Accounts { Known = [new("alice"), new("bob")] });
        second.Disabled.UnionWith([new("alice"), new("bob")]);
        var it = ApplicationFixture.Of(new AccountWatch([first, second], [], Interval, _log));
        foreach (var user in (string[])["alice", "bob"])
            it.Hub.Raise(new LoggedIn(Logins.Of(user), ParticipantKind.User, new UserStatus(StatusCode.Active, 0), PrivacyInfo.Everybody));
        it.Loop.Advance(Interval);

        Assert.Equal(
            [new DiscardUserRequest(new("bob"), Reason.UserRestricted)],
            it.Hub.Asked<DiscardUserRequest, Done>().Select(static asked => asked.Request));
    }

    [Fact]
    public void A_directory_that_tells_by_itself_and_does_not_answer_may_know_them_all()
    {
        LogIn("alice");
        LogIn("carol"); // whom the one that is asked does not know
        _accounts.Disabled.Add(new("alice"));
        _embedded.IsBroken = true;
        _it.Loop.Advance(3 * Interval);
        Assert.Empty(Ended());

        _embedded.IsBroken = false;
        _it.Loop.Advance(Interval);
        Assert.Equal([new DiscardUserRequest(new("alice"), Reason.UserRestricted)], Ended());
    }

    [Fact]
    public void That_a_directory_is_away_and_that_it_is_back_is_said_once()
    {
        LogIn("alice");
        for (var time = 1; time <= 2; time++)
        {
            _accounts.IsBroken = true;
            _it.Loop.Advance(3 * Interval);
            _accounts.IsBroken = false;
            _it.Loop.Advance(3 * Interval);

            Assert.Equal(
                Enumerable.Repeat((LogLevel[])[LogLevel.Warning, LogLevel.Information], time).SelectMany(static levels => levels),
                _log.Lines.Select(static line => line.Level));
        }
    }

    [Fact]
    public void After_a_look_that_failed_there_is_another_one()
    {
        LogIn("alice");
        _accounts.Bug = new InvalidOperationException("a bug");
        _it.Loop.Advance(Interval);
        Assert.Single(_log.Errors);

        _accounts.Bug = null;
        _accounts.Disabled.Add(new("alice"));
        _it.Loop.Advance(Interval);
        Assert.Equal([new DiscardUserRequest(new("alice"), Reason.UserRestricted)], Ended());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Of_two_directories_that_are_asked_one_that_does_not_answer_may_know_him_and_the_other_is_believed(int away)
    {
        Accounts[] both = [new(), new()];
        both[away].IsBroken = true;
        both[1 - away].Disabled.Add(new("bob"));
        var it = ApplicationFixture.Of(new AccountWatch(both, [], Interval, _log));
        foreach (var user in (string[])["alice", "bob"])
            it.Hub.Raise(new LoggedIn(Logins.Of(user), ParticipantKind.User, new UserStatus(StatusCode.Active, 0), PrivacyInfo.Everybody));
        it.Loop.Advance(Interval);
        it.Loop.Advance(Interval);

        var ended = it.Hub.Asked<DiscardUserRequest, Done>().Select(static asked => asked.Request).ToArray();
        Assert.All(ended, static request => Assert.Equal(new DiscardUserRequest(new("bob"), Reason.UserRestricted), request));
        Assert.NotEmpty(ended);
    }

    [Fact]
    public void Whom_any_of_two_directories_says_is_disabled_is_ended()
    {
        var (first, second) = (new Accounts { Known = [new("alice")] }, new Accounts { Known = [new("bob")] });
        first.Disabled.Add(new("alice"));
        second.Disabled.Add(new("bob"));
        var it = ApplicationFixture.Of(new AccountWatch([first, second], [], Interval, _log));
        foreach (var user in (string[])["alice", "bob"])
            it.Hub.Raise(new LoggedIn(Logins.Of(user), ParticipantKind.User, new UserStatus(StatusCode.Active, 0), PrivacyInfo.Everybody));
        it.Loop.Advance(Interval);
        it.Hub.Answer(it.Hub.Asked<DiscardUserRequest, Done>().Single().Number, default(Done));

        Assert.Equal(["alice", "bob"], it.Hub.Asked<DiscardUserRequest, Done>().Select(static asked => asked.Request.UserId.Value));
    }

    [Fact]
    public void A_look_comes_when_its_time_is_over_and_each_is_ended_for_his_own_reason()
    {
        foreach (var user in (string[])["alice", "bob", "carol", "dave", "erin"])
            LogIn(user);
        _accounts.Known.UnionWith([new("dave"), new("erin")]);
        _accounts.Disabled.UnionWith([new("alice"), new("erin")]); // and "carol" is not known at all
        _it.Loop.Advance(Interval - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, _accounts.Looks);
        _it.Loop.Advance(TimeSpan.FromMilliseconds(1));
        AnswerAll();
        Assert.Equal(["alice", "erin"], Ended().Select(static request => request.UserId.Value).Order());
        Assert.All(Ended(), static request => Assert.Equal(Reason.UserRestricted, request.Reason));

        _accounts.Disabled.Clear();
        _accounts.Known.Remove(new("dave"));
        _it.Loop.Advance(Interval);
        AnswerAll();
        Assert.Equal(new DiscardUserRequest(new("carol"), Reason.Removed), Assert.Single(Ended().Skip(2)));
        _it.Loop.Advance(Interval);
        AnswerAll();
        Assert.Contains(new DiscardUserRequest(new("dave"), Reason.Removed), Ended());
        Assert.DoesNotContain(Ended(), static request => request.UserId == new UserId("bob"));
    }

    private LoginInfo LogIn(string user, uint number = 1)
    {
        var login = Logins.Of(user, number);
        _it.Hub.Raise(new LoggedIn(login, ParticipantKind.User, new UserStatus(StatusCode.Active, 0), PrivacyInfo.Everybody));
        return login;
    }

    // Each is asked for when the one before him is answered.
    private void AnswerAll()
    {
        for (; _answered < Ended().Length; _answered++)
            _it.Hub.Answer(_it.Hub.Asked<DiscardUserRequest, Done>().ElementAt(_answered).Number, default(Done));
    }

    private DiscardUserRequest[] Ended() => [.. _it.Hub.Asked<DiscardUserRequest, Done>().Select(static asked => asked.Request)];

    private sealed class Accounts : IAccountStanding
    {
        public HashSet<UserId> Known { get; init; } = [];

        public HashSet<UserId> Disabled { get; } = [];

        public bool IsBroken { get; set; }

        public Exception? Bug { get; set; }

        /// <summary>What it waits for before it answers, if anything.</summary>
        public TaskCompletionSource? Hold { get; set; }

        public int Looks { get; private set; }

        public async ValueTask<AccountStandings> LookAsync(IReadOnlyCollection<UserId> users, CancellationToken stop)
        {
            Looks++;
            if (Hold is { } hold)
                await hold.Task;
            if (Bug is { } bug)
                throw bug;
            return IsBroken
                ? throw new StoreUnavailableException("The directory is broken, as the test said.")
                : new AccountStandings(users.Where(Known.Contains).ToHashSet(), users.Where(Disabled.Contains).ToHashSet());
        }
    }
}
