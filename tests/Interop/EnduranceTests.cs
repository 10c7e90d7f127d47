using Sametime.Tests.Interop.Drivers;
using Sametime.Tests.Interop.Servers;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Interop;

/// <summary>Coming and going leaves nothing behind: no login, channel, connection, file handle, and no growing memory.</summary>
public sealed class EnduranceTests(Topologies topologies, ITestOutputHelper output) : InteropTest(topologies, output)
{
    private const int WarmUpRounds = 40;

    /// <summary>
    /// What each process may use more than after the warm-up, which is what caches and pools may. Of 400 logins 4 KiB forgotten of each
    /// would be over it, of 100 so many times as much. Table entries that are forgotten show exactly, in the counters; this bound catches
    /// what no counter counts.
    /// </summary>
    private const long MemoryBytesMax = 1536 * 1024;

    /// <summary>How often the same is to be told in a row before it counts as rest.</summary>
    private const int EqualAnswers = 4;

    private static readonly string[] Counters =
    [
        "logins", "users", "undecidedLogins", "participants", "channels", "unacceptedChannels", "openRequests", "connections", "outerParticipants",
    ];

    // Of two logins each.
    private static int Rounds => Extent.Of("SAMETIME_TEST_ROUNDS", 50);

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Hundreds_of_logins_and_logouts_leave_nothing_behind(Shape shape)
    {
        var server = await OwnServerAsync(shape);
        var (ann, ben) = (server.NextVisitor(), server.NextVisitor());
        await using var client = new MeanwhileDriver();
        for (var i = 0; i < WarmUpRounds; i++)
        {
            await MeetOnceAsync(client, server, ann, ben, killed: i % 2 == 1);
        }

        var before = await SettledAsync(server);
        var memoryBefore = await server.MemoryInUseAsync();

        for (var i = 0; i < Rounds; i++)
        {
            await MeetOnceAsync(client, server, ann, ben, killed: i % 2 == 1);
        }

        await ComesBackAsync(server, before);
        Assert.All(server.Processes.SelectMany(process => process.StoreFiles), file => Assert.InRange(file.Times, 1, PooledConnections.StoreConnectionsMax));
        Assert.All(await server.MemoryInUseAsync(), process =>
        {
            var grown = process.Value - memoryBefore[process.Key];
            Assert.True(grown < MemoryBytesMax, $"the memory of the {process.Key} grew by {grown / 1024} KiB over {Rounds} rounds");
        });
    }

    /// <summary>Both come, watch, talk, store and leave; every other time one of them without a word.</summary>
    private static async Task MeetOnceAsync(MeanwhileDriver client, Topology server, TestUser ann, TestUser ben, bool killed)
    {
        var annLogin = await client.LogInAsync(server, ann);
        var benLogin = await client.LogInAsync(server, ben);
        await annLogin.WatchOnlineAsync(ben);
        await annLogin.OpenConversationAsync(benLogin);
        await annLogin.SayAsync(benLogin, "hello");
        await benLogin.ExpectTextAsync(annLogin);

        if (killed)
        {
            await benLogin.DoAsync("kill", "reset");
            await benLogin.ExpectAsync("ended");
        }
        else
        {
            await benLogin.LogOutAsync();
        }

        await annLogin.ExpectOnlineAsync(ben, online: false);
        await annLogin.LogOutAsync();
    }

    /// <summary>
    /// Counters and handles once they stand at rest: a logout is known to the client before the server has tidied up, and a killed
    /// socket is noticed a little later still.
    /// </summary>
    private static async Task<string> SettledAsync(Topology server)
    {
        var (last, equal) = ("", 0);
        await Eventually.IsAsync(
            async () =>
            {
                var now = await CountAsync(server);
                (last, equal) = (now, now == last ? equal + 1 : 1);
                return equal >= EqualAnswers && now.StartsWith("logins 0,", StringComparison.Ordinal);
            },
            "everything stands at rest", TestContext.Current.CancellationToken, () => last);
        return last;
    }

    private static async Task ComesBackAsync(Topology server, string before)
    {
        var last = "";
        await Eventually.IsAsync(
            async () => (last = await CountAsync(server)) == before, $"all is as it was: {before}",
            TestContext.Current.CancellationToken, () => last);
    }

    // Handles first: a question opens one for itself.
    private static async Task<string> CountAsync(Topology server)
    {
        var handles = server.Processes.Select(process => $"{process.Role} handles {process.Handles}").ToList();
        return string.Join(", ", (await server.CountAsync(Counters)).Select(counter => $"{counter.Key} {counter.Value}").Concat(handles));
    }
}
