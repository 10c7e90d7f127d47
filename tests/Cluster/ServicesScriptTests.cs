using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Cluster;

/// <summary>The servers that the other tests rely on: they can be killed and come back, nobody else reaches them, and none stays behind.</summary>
public sealed class ServicesScriptTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_servers_come_back_with_their_data_and_nothing_is_left_after_the_end()
    {
        IReadOnlyDictionary<string, int> pids;
        string folder;
        await using (var services = await OwnServices.StartAsync(Stop))
        {
            folder = services.Folder;
            pids = await services.PidsAsync(Stop);
            Assert.Equal([OwnServices.Database, OwnServices.Broker], pids.Keys.Order());
            await services.SqlAsync("create table kept (value int); insert into kept values (7)", Stop);

            await services.KillAsync(OwnServices.Database, Stop);
            await services.KillAsync(OwnServices.Broker, Stop);
            Assert.Empty(await services.PidsAsync(Stop));
            Assert.All(pids.Values, pid => Assert.False(Pid.IsAlive(pid)));
            await Assert.ThrowsAnyAsync<SocketException>(() => ConnectAsync(services.RabbitMq));

            await services.StartAgainAsync(OwnServices.Database, Stop);
            await services.StartAgainAsync(OwnServices.Broker, Stop);
            await ConnectAsync(services.RabbitMq);
            Assert.Equal("7", await services.SqlAsync("select value from kept", Stop));
            pids = await services.PidsAsync(Stop);
            Assert.All(pids.Values, pid => Assert.True(Pid.IsAlive(pid)));
        }

        Assert.All(pids.Values, pid => Assert.False(Pid.IsAlive(pid)));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task The_broker_has_one_user_with_a_drawn_password_and_listens_on_loopback_only()
    {
        await using var services = await OwnServices.StartAsync(OwnServices.Broker, Stop);
        var uri = new Uri(services.RabbitMq);
        var (user, password) = (uri.UserInfo.Split(':')[0], uri.UserInfo.Split(':')[1]);

        Assert.Equal([user], (await services.RabbitMqCtlAsync(["list_users"], Stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t')[0]).Where(name => name != "user"));
        await services.RabbitMqCtlAsync(["authenticate_user", user, password], Stop);
        var other = await Assert.ThrowsAsync<InvalidOperationException>(() => services.RabbitMqCtlAsync(["authenticate_user", user, user], Stop));
        Assert.Contains("failed", other.Message, StringComparison.OrdinalIgnoreCase);

        // AMQP, and beside it what Erlang opens to find and reach its own: the script takes seven ports in a row.
        var open = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(l => l.Port >= uri.Port && l.Port < uri.Port + 7).ToArray();
        Assert.Contains(open, listener => listener.Port == uri.Port);
        Assert.True(open.Select(listener => listener.Port).Distinct().Count() >= 3, string.Join(", ", open.Select(listener => listener.ToString())));
        Assert.All(open, listener => Assert.True(IPAddress.IsLoopback(listener.Address), $"{listener} can be reached from elsewhere"));
    }

    private static async Task ConnectAsync(string uri)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(new Uri(uri).Host, new Uri(uri).Port, Stop);
    }
}
