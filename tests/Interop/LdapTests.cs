using System.Diagnostics;
using Sametime.Tests.Interop.Drivers;
using Sametime.Tests.Interop.Servers;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Interop;

/// <summary>S030, S100, S177: people log in with libmeanwhile whose accounts are in a real LDAP directory.</summary>
public sealed class LdapTests(Topologies topologies, ITestOutputHelper output) : InteropTest(topologies, output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Users_of_an_LDAP_directory_log_in_by_each_of_their_names_find_one_another_and_are_refused_like_anybody()
    {
        var server = await OwnServerAsync(await OnLdap.PlantAsync(Stop));
        await using var client = new MeanwhileDriver();
        var (ann, bob) = (server.NextVisitor(), server.NextVisitor());

        var byMail = await client.ConnectAsync(server, ann, typed: OnLdap.MailOf(ann));
        Assert.Equal(ann.Name, (await byMail.ExpectAsync("login"))["user"]);
        var desk = await client.LogInAsync(server, bob);
        await desk.WatchOnlineAsync(ann);
        var found = Assert.Single(await desk.ResolveAsync(ResolveFlags.Users, ann.Display.Split(' ')[0]));
        Assert.Equal($"{ann.Name}|{ann.Display}|1", found["matches"]);

        foreach (var password in new[] { "not it", "" })
        {
            var wrong = await client.ConnectAsync(server, ann, password: password);
            Assert.Equal(Reasons.WrongNameOrPassword, (await wrong.ExpectAsync("ended")).Number("reason"));
        }

        var unknown = await client.ConnectAsync(server, ann, typed: "*");
        Assert.Equal(Reasons.WrongNameOrPassword, (await unknown.ExpectAsync("ended")).Number("reason"));
        var told = await Assert.ThrowsAsync<InvalidOperationException>(() => server.CommandAsync("secret", "user", "add", "somebody", "--password-stdin"));
        Assert.Contains("LDAP", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_is_disabled_in_the_directory_ends_its_logins_at_the_next_look()
    {
        var server = await OnLdap.PlantAsync(Stop);
        await OwnServerAsync(server);
        await using var client = new MeanwhileDriver();
        var (ann, bob) = (server.NextVisitor(), server.NextVisitor());
        var (desk, phone, other) = (await client.LogInAsync(server, ann), await client.LogInAsync(server, ann), await client.LogInAsync(server, bob));

        await server.Tree.ChangeAsync(server.Tree.NameOf(ann.Name), "add: employeeType\nemployeeType: disabled", Stop);
        Assert.Equal(Reasons.Restricted, (await desk.ExpectAsync("ended")).Number("reason"));
        Assert.Equal(Reasons.Restricted, (await phone.ExpectAsync("ended")).Number("reason"));
        var again = await client.ConnectAsync(server, ann);
        Assert.Equal(Reasons.Restricted, (await again.ExpectAsync("ended")).Number("reason"));
        Assert.False(other.HasSeen("ended"));

        await server.Tree.ChangeAsync(server.Tree.NameOf(ann.Name), "delete: employeeType", Stop);
        await client.LogInAsync(server, ann);
    }

    [Fact]
    public async Task While_the_directory_does_not_answer_logins_are_held_then_told_to_try_again_and_nobody_is_logged_out()
    {
        var services = await OwnServices.StartAsync(OwnServices.Directory, Stop);
        var server = await OwnServerAsync(await OnLdap.PlantAsync(services, Stop));
        await using var client = new MeanwhileDriver();
        var (ann, bob) = (server.NextVisitor(), server.NextVisitor());
        var before = await client.LogInAsync(server, bob);
        var pid = (await services.PidsAsync(Stop))[OwnServices.Directory];

        await SignalAsync("STOP", pid);
        try
        {
            var held = await client.ConnectAsync(server, ann);
            Assert.Equal(Reasons.ServerNotResponding, (await held.ExpectAsync("ended")).Number("reason"));

            // One that is still held when the directory comes back is let in.
            held = await client.ConnectAsync(server, ann);
            await SignalAsync("CONT", pid);
            Assert.Equal(ann.Name, (await held.ExpectAsync("login"))["user"]);
        }
        finally
        {
            await SignalAsync("CONT", pid);
        }

        await before.WatchOnlineAsync(ann);
        Assert.False(before.HasSeen("ended"));
    }

    private static async Task SignalAsync(string signal, int pid)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Convert.ToString(pid, CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Stop);
        Assert.Equal(0, kill.ExitCode);
    }
}
