using System.Net;
using System.Net.Sockets;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Unit.Community.Support;
using Xunit;

namespace Sametime.Tests.Unit.Community;

/// <summary>Clients that look a hub or cluster up by name and connect to what they are told.</summary>
public sealed class EntranceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S090_S091_A_name_leads_to_every_Edge_in_turn_and_with_the_first_one_dead_the_second_is_used()
    {
        await using var sites = await TwoSites.StartAsync(home: "", cluster: "both");
        string[] edges = [sites.North.Edge.EndPoint.ToString(), sites.South.Edge.EndPoint.ToString()];
        await sites.North.UntilAsync(hub => edges.All(hub.Resolve("both")!.Contains), "both Edges are known");
        Assert.Equal([edges[0]], (await sites.South.Hub.AskAsync(static hub => hub.Resolve("hub-1")))!);

        var answers = await sites.South.Hub.AskAsync(static hub => Enumerable.Range(0, 1_000).Select(_ => hub.Resolve("both")!).ToArray());
        Assert.All(answers.CountBy(static answer => answer[0]), static first => Assert.Equal(500, first.Value));

        // The Edge dies, and whoever was told of it before tries it in vain.
        var told = answers.First(answer => answer[0] == edges[0]);
        sites.North.Edge.Kill();
        var bob = await LogInAtFirstAsync(told, "bob");
        await using (bob)
            Assert.Equal("hub-2", bob.Ack!.Login.Details!.ServerId);
        await sites.South.UntilAsync(hub => hub.Resolve("both")!.SequenceEqual([edges[1]]), "nobody is told of it any more");
    }

    // What a client of the original does with the addresses of its server.
    private static async Task<CommunityClient> LogInAtFirstAsync(IReadOnlyList<string> addresses, string name)
    {
        foreach (var address in addresses)
        {
            try
            {
                return await CommunityClient.LogInAsync(IPEndPoint.Parse(address), name, TestCommunity.Password, Stop);
            }
            catch (SocketException)
            {
                // The next one.
            }
        }

        throw new InvalidOperationException("None of the addresses answers.");
    }
}
