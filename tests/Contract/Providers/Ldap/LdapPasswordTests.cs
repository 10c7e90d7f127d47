using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Providers;
using Sametime.ProviderSuite;
using Sametime.Services.Providers.Ldap;
using Sametime.Services.Users.Passwords;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Servers;
using Xunit;

namespace Sametime.Tests.Contract.Providers.Ldap;

/// <summary>S030, S177: passwords are checked by binding at a real directory.</summary>
[Trait("Needs", "Servers")]
public sealed class LdapPasswordTests : AuthenticationContract, IAsyncLifetime
{
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly PasswordOptions _options = new() { AwayHold = TimeSpan.Zero, ThrottledDelay = TimeSpan.FromMilliseconds(1) };
    private readonly List<IDisposable> _opened = [];
    private LdapTree _tree = null!;

    public async ValueTask InitializeAsync()
    {
        _tree = await LdapTree.PlantAsync(TestServices.Ldap, _stop);
        await _tree.AddAsync([_tree.Person("alice", Alice.DisplayName, Password, [LoginName])], _stop);
    }

    public override async ValueTask DisposeAsync()
    {
        _opened.ForEach(opened => opened.Dispose());
        await _tree.DisposeAsync();
    }

    [Fact]
    public async Task A_password_that_was_changed_in_the_directory_counts_at_once()
    {
        var provider = await OpenAsync();
        Assert.NotNull((await VerifyAsync(provider, Password)).User);

        await _tree.ChangeAsync(_tree.NameOf("alice"), "replace: userPassword\nuserPassword: other", _stop);

        Assert.Equal(Authentication.WrongCredentials, await VerifyAsync(provider, Password));
        Assert.NotNull((await VerifyAsync(provider, "other")).User);
    }

    [Fact]
    public async Task A_user_without_a_password_is_nobody_to_log_in_as()
    {
        await _tree.ChangeAsync(_tree.NameOf("alice"), "delete: userPassword", _stop);
        var provider = await OpenAsync();

        Assert.Equal(Authentication.WrongCredentials, await VerifyAsync(provider, ""));
        Assert.Equal(Authentication.WrongCredentials, await VerifyAsync(provider, "other"));
    }

    [Fact]
    public async Task A_disabled_user_is_told_so_when_his_password_is_right()
    {
        await _tree.ChangeAsync(_tree.NameOf("alice"), "add: employeeType\nemployeeType: disabled", _stop);
        var provider = await OpenAsync();

        Assert.Equal(Authentication.Restricted, await VerifyAsync(provider, Password));
        Assert.Equal(Authentication.WrongCredentials, await VerifyAsync(provider, "other"));
    }

    [Fact]
    public async Task Many_passwords_at_once_share_a_few_connections()
    {
        var provider = Open(LdapSetup.Options(TestServices.Ldap, _tree), new LdapOptions { ConnectionsMax = 2 });

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => VerifyAsync(provider, Password)));

        Assert.All(outcomes, outcome => Assert.NotNull(outcome.User));
    }

    [Fact]
    public async Task Of_two_directories_the_living_one_goes_on_and_nobody_is_told_that_his_password_is_wrong_for_the_other()
    {
        var dead = LdapSetup.Options(TestServices.Ldap, _tree);
        dead.Uri = NobodyListens;
        var provider = Open([dead, LdapSetup.Options(TestServices.Ldap, _tree)], new LdapOptions());

        Assert.Equal(Alice.Id, (await VerifyAsync(provider, Password)).User!.Id);
        Assert.Equal(Authentication.Unavailable, await VerifyAsync(provider, "wrong"));
        Assert.Equal(Authentication.Unavailable, await VerifyAsync(provider, Password, "nobody"));
    }

    protected override Task<IAuthenticationProvider> OpenAsync() =>
        Task.FromResult<IAuthenticationProvider>(Open(LdapSetup.Options(TestServices.Ldap, _tree), new LdapOptions()));

    protected override Task<IAuthenticationProvider> OpenBrokenAsync()
    {
        var server = LdapSetup.Options(TestServices.Ldap, _tree);
        server.Uri = NobodyListens;
        return Task.FromResult<IAuthenticationProvider>(Open(server, new LdapOptions()));
    }

    // A port that is never given away.
    private const string NobodyListens = "ldap://127.0.0.1:1";

    private PasswordAuthenticationProvider Open(LdapServerOptions server, LdapOptions options) => Open([server], options);

    private PasswordAuthenticationProvider Open(LdapServerOptions[] servers, LdapOptions options)
    {
        var sources = servers.Select(server =>
        {
            var directory = LdapSetup.Open(server, options);
            var passwords = new LdapPasswords(directory, server, options, Time);
            _opened.AddRange([directory, passwords]);
            return passwords;
        });
        return new PasswordAuthenticationProvider(
            [.. sources], new PasswordThrottle(_options, Time), new AddressTurns(_options), new RecordedEvents(), _options, Time,
            NullLogger<PasswordAuthenticationProvider>.Instance);
    }

    private async Task<Authentication> VerifyAsync(IAuthenticationProvider provider, string password, string name = "alice")
    {
        using var credential = Credential.Password(password);
        return await provider.VerifyAsync(name, credential, clientAddress: null, _stop);
    }
}
