using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Users;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Services.Users;

public sealed class UsersServiceTests
{
    private static readonly UserRecord Alice = new(new UserId("alice"), "Alice Example", ["al"], "about her", "north");

    [Fact]
    public void S030_A_verified_user_is_answered_by_his_lasting_id()
    {
        var answer = Ask(Start(Authentication.Verified(Alice)), "al");

        Assert.Equal((Reason.Success, new AuthenticateReply(Alice.Id, "Alice Example", "about her", "north")), answer);
    }

    [Theory]
    [InlineData(CredentialKind.Password)]
    [InlineData(CredentialKind.Token)]
    public void A_disabled_user_is_refused_however_he_proves_who_he_is(CredentialKind kind)
    {
        var users = new UsersService([new Fixed(Authentication.Verified(Alice with { IsDisabled = true }), kind)], new UsersOptions(), NullLogger<UsersService>.Instance);
        Assert.Equal(Reason.UserRestricted, Ask(ApplicationFixture.Of(users), "al", kind).Reason);
    }

    [Theory]
    [InlineData(Reason.IncorrectLogin)]
    [InlineData(Reason.UserRestricted)]
    [InlineData(Reason.ServerNotResponding)]
    public void Refusals_come_as_the_client_is_to_be_told(Reason expected)
    {
        var outcome = expected switch
        {
            Reason.IncorrectLogin => Authentication.WrongCredentials,
            Reason.UserRestricted => Authentication.Restricted,
            _ => Authentication.Unavailable,
        };

        Assert.Equal(expected, Ask(Start(outcome), "alice").Reason);
    }

    [Fact]
    public void A_directory_that_could_not_be_asked_outweighs_one_that_does_not_know_him()
    {
        Assert.Equal(Reason.ServerNotResponding, Ask(Start(Authentication.Unavailable, Authentication.WrongCredentials), "alice").Reason);
        Assert.Equal(Reason.ServerNotResponding, Ask(Start(Authentication.WrongCredentials, Authentication.Unavailable), "alice").Reason);
        Assert.Equal(Reason.Success, Ask(Start(Authentication.Unavailable, Authentication.Verified(Alice)), "alice").Reason);
    }

    [Fact]
    public void A_check_that_takes_too_long_is_ServerNotResponding()
    {
        var it = Start([null]);
        var asked = it.Hub.Ask<AuthenticateRequest, AuthenticateReply>(Request("alice"));
        Assert.Null(it.Hub.AnswerTo<AuthenticateReply>(asked));

        it.Loop.Advance(TimeSpan.FromSeconds(18) - TimeSpan.FromMilliseconds(1));
        Assert.Null(it.Hub.AnswerTo<AuthenticateReply>(asked));
        it.Loop.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(Reason.ServerNotResponding, it.Hub.AnswerTo<AuthenticateReply>(asked)!.Value.Reason);
    }

    [Theory]
    [InlineData(true, Reason.Success)]
    [InlineData(false, Reason.IncorrectLogin)]
    public void Guests_come_in_without_a_name_when_they_are_allowed(bool allowed, Reason expected)
    {
        var it = ApplicationFixture.Of(new UsersService([], new UsersOptions { GuestsAllowed = allowed }, NullLogger<UsersService>.Instance));

        var (reason, reply) = Ask(it, "");

        Assert.Equal(expected, reason);
        Assert.Equal(allowed ? new AuthenticateReply(default, new UsersOptions().GuestDisplayName, "", "") : null, reply);
    }

    [Fact]
    public void Who_brings_a_token_and_types_no_name_is_no_guest()
    {
        var users = new UsersService(
            [new Fixed(Authentication.Verified(Alice), CredentialKind.Token)], new UsersOptions { GuestsAllowed = true }, NullLogger<UsersService>.Instance);

        Assert.Equal(Alice.Id, Ask(ApplicationFixture.Of(users), "", CredentialKind.Token).Reply!.UserId);
    }

    [Theory]
    [InlineData("7F000001", "127.0.0.1")]
    [InlineData("20010DB8000000000000000000000001", "2001:db8::1")]
    [InlineData("", null)]
    [InlineData("7F0000", null)] // no address of any kind
    public void A_provider_hears_who_asks_from_where_and_in_which_attempt_and_the_secret_is_wiped_afterwards(string address, string? from)
    {
        var provider = new Keeping();
        var it = ApplicationFixture.Of(new UsersService([provider], new UsersOptions(), NullLogger<UsersService>.Instance));

        it.Hub.Ask<AuthenticateRequest, AuthenticateReply>(Request("al") with { Address = new Opaque(Convert.FromHexString(address)), Attempt = [7, 7] });

        Opaque attempt = [7, 7];
        Assert.Equal(("al", CredentialKind.Password, attempt, from), (provider.Name, provider.Asked!.Kind, provider.Asked.Attempt, provider.From?.ToString()));
        Assert.Equal(new byte["secret".Length], provider.Asked.Secret.ToArray());
    }

    [Fact]
    public void Where_nobody_checks_passwords_nobody_is_told_that_his_is_wrong() =>
        Assert.Equal(Reason.ServerNotResponding, Ask(Start(), "alice").Reason);

    [Fact]
    public async Task Providers_that_want_to_hear_of_the_directory_do()
    {
        var provider = new Keeping();
        var users = new UsersService([new Fixed(null), provider], new UsersOptions(), NullLogger<UsersService>.Instance);
        EventEnvelope[] batch = [new(default, 1, default, default, default, default, new UserPasswordChanged(Alice.Id, "hash"))];

        await users.OnEventsAsync(batch, TestContext.Current.CancellationToken);

        Assert.Equal(batch, provider.Heard);
    }

    [Fact]
    public void A_credential_sealed_for_somebody_else_and_a_token_without_a_provider_are_refused()
    {
        var it = Start(Authentication.Verified(Alice));

        var foreign = it.Hub.Ask<AuthenticateRequest, AuthenticateReply>(Request("alice") with { SealedCredential = [1, 2, 3] });
        var token = it.Hub.Ask<AuthenticateRequest, AuthenticateReply>(Request("alice") with { CredentialKind = CredentialKind.Token });

        Assert.Equal(Reason.ServerNotResponding, it.Hub.AnswerTo<AuthenticateReply>(foreign)!.Value.Reason);
        Assert.Equal(Reason.TokenInvalid, it.Hub.AnswerTo<AuthenticateReply>(token)!.Value.Reason);
    }

    [Fact]
    public async Task A_user_who_leaves_the_directory_or_is_disabled_there_loses_his_logins()
    {
        var users = new UsersService([], new UsersOptions(), NullLogger<UsersService>.Instance);
        var it = ApplicationFixture.Of(users);
        IEvent[] facts = [new UserRemoved(Alice.Id), new UserDisabled(Alice.Id), new UserEnabled(Alice.Id), new UserRenamed(Alice.Id, "A", [], "")];

        await users.OnEventsAsync(
            [.. facts.Select(static (fact, i) => new EventEnvelope(default, i, default, default, default, default, fact))], TestContext.Current.CancellationToken);
        it.Loop.RunUntilIdle();

        Assert.Equal(
            [new DiscardUserRequest(Alice.Id, Reason.Removed), new DiscardUserRequest(Alice.Id, Reason.UserRestricted)],
            it.Hub.Asked<DiscardUserRequest, Done>().Select(static asked => asked.Request));
    }

    [Fact]
    public async Task Of_several_facts_at_once_each_user_loses_his_logins_for_his_own_reason()
    {
        var users = new UsersService([], new UsersOptions(), NullLogger<UsersService>.Instance);
        var it = ApplicationFixture.Of(users);
        IEvent[] facts = [new UserEnabled(new("dave")), new UserDisabled(new("bob")), new UserEnabled(new("erin")), new UserRemoved(new("carol")), new UserDisabled(Alice.Id)];

        await users.OnEventsAsync(
            [.. facts.Select(static (fact, i) => new EventEnvelope(default, i, default, default, default, default, fact))], TestContext.Current.CancellationToken);
        it.Loop.RunUntilIdle();

        Assert.Equal(
            [new(new("bob"), Reason.UserRestricted), new(new("carol"), Reason.Removed), new DiscardUserRequest(Alice.Id, Reason.UserRestricted)],
            it.Hub.Asked<DiscardUserRequest, Done>().Select(static asked => asked.Request));
    }

    private static ApplicationFixture Start(params Authentication?[] outcomes) => ApplicationFixture.Of(
        new UsersService([.. outcomes.Select(static outcome => new Fixed(outcome))], new UsersOptions(), NullLogger<UsersService>.Instance));

    private static AuthenticateRequest Request(string name) => new(
        name, CredentialKind.Password, FakeLink.Sealed("secret"u8), [127, 0, 0, 1], ClientType.Meanwhile, TransportSecurity.None);

    private static (Reason Reason, AuthenticateReply? Reply) Ask(ApplicationFixture it, string name, CredentialKind kind = CredentialKind.Password)
    {
        var number = it.Hub.Ask<AuthenticateRequest, AuthenticateReply>(Request(name) with { CredentialKind = kind });
        return it.Hub.AnswerTo<AuthenticateReply>(number) ?? throw new InvalidOperationException("There is no answer.");
    }

    /// <summary>Keeps what it is asked and what it hears.</summary>
    private sealed class Keeping : IAuthenticationProvider, IEventSubscriber
    {
        public string? Name { get; private set; }

        public Credential? Asked { get; private set; }

        public IPAddress? From { get; private set; }

        public List<EventEnvelope> Heard { get; } = [];

        public bool Takes(CredentialKind kind) => true;

        public ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop)
        {
            Assert.True(credential.Secret.Span.SequenceEqual("secret"u8));
            (Name, Asked, From) = (loginName, credential, clientAddress);
            return ValueTask.FromResult(Authentication.WrongCredentials);
        }

        public ValueTask OnEventsAsync(IReadOnlyList<EventEnvelope> batch, CancellationToken stop)
        {
            Heard.AddRange(batch);
            return ValueTask.CompletedTask;
        }
    }

    // Without an outcome it never answers by itself.
    private sealed class Fixed(Authentication? outcome, CredentialKind takes = CredentialKind.Password) : IAuthenticationProvider
    {
        public bool Takes(CredentialKind kind) => kind == takes;

        public async ValueTask<Authentication> VerifyAsync(string loginName, Credential credential, IPAddress? clientAddress, CancellationToken stop)
        {
            Assert.True(credential.Secret.Span.SequenceEqual("secret"u8));
            return outcome ?? await new TaskCompletionSource<Authentication>().Task.WaitAsync(stop);
        }
    }
}
