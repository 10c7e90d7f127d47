using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Ldap;
using Sametime.Tests.Kit.Servers;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Contract.Providers.Ldap;

/// <summary>How a directory is reached: encrypted, in time, and nowhere else than where the settings say.</summary>
[Trait("Needs", "Servers")]
public sealed class LdapConnectionTests
{
    private static readonly UserId Alice = new("alice");

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_directory_is_reached_over_TLS_when_its_certificate_comes_from_the_authority_named(bool isTls, bool startTls)
    {
        await using var tree = await PlantAsync(TestServices.Ldap);
        var server = LdapSetup.Options(TestServices.Ldap, tree);
        (server.Uri, server.StartTls) = (isTls ? TestServices.Ldap.TlsUri : TestServices.Ldap.Uri, startTls);

        // Nobody has vouched for that certificate yet.
        using (var careful = LdapSetup.Open(server))
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await careful.FindUserAsync(Alice, _stop));
        server.CaFile = TestServices.Ldap.CaFile;
        using var directory = LdapSetup.Open(server);
        Assert.NotNull(await directory.FindUserAsync(Alice, _stop));
    }

    [Theory]
    [InlineData("ldap://ldap.example.org", false, false, false)]
    [InlineData("ldap://ldap.example.org", true, false, true)]
    [InlineData("ldap://ldap.example.org", false, true, true)]
    [InlineData("ldaps://ldap.example.org", false, false, true)]
    [InlineData("ldaps://ldap.example.org", true, false, false)]
    [InlineData("ldap://127.0.0.1:3389", false, false, true)]
    [InlineData("ldap://localhost", false, false, true)]
    [InlineData("http://localhost", false, true, false)]
    [InlineData("", false, true, false)]
    public void Passwords_go_in_the_clear_to_this_machine_only(string uri, bool startTls, bool isPlainAllowed, bool isGood)
    {
        var server = new LdapServerOptions { Uri = uri, StartTls = startTls, BaseDn = "dc=x" };

        if (isGood)
            server.Check(isPlainAllowed);
        else
            Assert.Throws<InvalidOperationException>(() => server.Check(isPlainAllowed));
    }

    [Fact]
    public async Task A_referral_is_not_followed()
    {
        await using var tree = await PlantAsync(TestServices.Ldap);
        using var elsewhere = new TcpListener(IPAddress.Loopback, 0);
        elsewhere.Start();
        await tree.AddAsync(
        [
            $"dn: ou=elsewhere,{tree.BaseName}\nobjectClass: referral\nobjectClass: extensibleObject\nou: elsewhere\n"
            + $"ref: ldap://127.0.0.1:{((IPEndPoint)elsewhere.LocalEndpoint).Port}/ou=elsewhere,{tree.BaseName}",
        ], _stop);
        using var directory = LdapSetup.Open(LdapSetup.Options(TestServices.Ldap, tree));

        Assert.Equal([Alice], (await directory.ListUsersAsync(_stop)).Select(user => user.Id));
        Assert.Null(await directory.FindByLoginNameAsync("bob", _stop));
        Assert.False(elsewhere.Pending());
        await tree.RemoveReferralAsync($"ou=elsewhere,{tree.BaseName}", _stop);
    }

    [Fact]
    public async Task A_server_that_stops_answering_is_given_up_in_time_and_found_again_when_it_goes_on()
    {
        await using var services = await OwnServices.StartAsync(OwnServices.Directory, _stop);
        await using var tree = await PlantAsync(services.Ldap);
        var options = new LdapOptions { RequestTimeout = TimeSpan.FromSeconds(1), ConnectTimeout = TimeSpan.FromSeconds(1), AwayPause = TimeSpan.FromMilliseconds(1) };
        var server = LdapSetup.Options(services.Ldap, tree);
        using var directory = LdapSetup.Open(server, options);
        using var passwords = new LdapPasswords(directory, server, options, TimeProvider.System);
        var alice = (await passwords.FindAsync("alice", _stop))!;
        await passwords.CheckAsync(alice, "x"u8.ToArray(), _stop);

        var pid = (await services.PidsAsync(_stop))[OwnServices.Directory];
        await SignalAsync("STOP", pid);
        try
        {
            // Eight have a connection and ask in vain; the others wait for one in vain, or come a moment later and are told at once.
            var failures = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Assert.ThrowsAsync<StoreUnavailableException>(
                () => directory.FindUserAsync(Alice, _stop).AsTask().ForAsync("a search is given up", _stop))));
            Assert.Contains(failures, failure => failure.Message.Contains("took longer than 1 s", StringComparison.Ordinal));
            await Assert.ThrowsAsync<StoreUnavailableException>(
                () => passwords.CheckAsync(alice, "x"u8.ToArray(), _stop).AsTask().ForAsync("a check of a password is given up", _stop));
        }
        finally
        {
            await SignalAsync("CONT", pid);
        }

        Assert.NotNull(await directory.FindUserAsync(Alice, _stop));
        Assert.Equal(Services.Providers.PasswordVerdict.Wrong, await passwords.CheckAsync(alice, "x"u8.ToArray(), _stop));

        // Connections that a server has closed while nobody used them are nobody's trouble.
        await services.KillAsync(OwnServices.Directory, _stop);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await directory.FindUserAsync(Alice, _stop));
        await services.StartAgainAsync(OwnServices.Directory, _stop);
        while (true)
        {
            try
            {
                Assert.NotNull(await directory.FindUserAsync(Alice, _stop));
                break;
            }
            catch (StoreUnavailableException)
            {
                _stop.ThrowIfCancellationRequested(); // it was left alone for a moment
            }
        }
    }

    private async Task<LdapTree> PlantAsync(LdapAccess server)
    {
        var tree = await LdapTree.PlantAsync(server, _stop);
        await tree.AddAsync([tree.Person("alice", "Alice Example", "alice-pw")], _stop);
        return tree;
    }

    private async Task SignalAsync(string signal, int pid)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{pid}"]);
        await kill.WaitForExitAsync(_stop);
        Assert.Equal(0, kill.ExitCode);
    }
}
