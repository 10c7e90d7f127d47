using System.Text;
using Sametime.Tests.Interop.Drivers;
using Sametime.Tests.Interop.Servers;

namespace Sametime.Tests.Interop;

/// <summary>What somebody on the wire between client and server sees.</summary>
public sealed class TrafficTests(Topologies topologies, ITestOutputHelper output) : InteropTest(topologies, output)
{
    private const string Secret = "the plans are in the blue folder";

    /// <summary>S186, and with the types that send it openly as the counter-proof that the recording would show it.</summary>
    [Theory]
    [InlineData(Auth.Rc2With128Bits, false)]
    [InlineData(Auth.Rc2With40Bits, false)]
    [InlineData(Auth.Plain, true)]
    public async Task A_recorded_login_shows_the_password_only_if_the_client_sent_it_openly(Auth auth, bool isShown)
    {
        var server = await ServerAsync(Shape.OneProcess);
        await using var recorder = Recorder.Before(server.Port);
        await using var client = new MeanwhileDriver();
        var user = server.NextVisitor();

        await client.LogInAsync(server, user, auth, port: recorder.Port);

        Assert.Equal(isShown, Holds(recorder.FromClients, user.Password));
        Assert.False(Holds(recorder.FromServer, user.Password));
        Assert.True(Holds(recorder.FromClients, user.Name));
    }

    /// <summary>S188, with an open conversation as the counter-proof.</summary>
    [Theory]
    [InlineData(Ciphers.Both, false)]
    [InlineData(Ciphers.Rc2With40Bits, false)]
    [InlineData(Ciphers.None, true)]
    public async Task A_recorded_conversation_shows_its_text_only_if_it_is_not_encrypted(Ciphers ciphers, bool isShown)
    {
        var server = await ServerAsync(Shape.OneProcess);
        await using var recorder = Recorder.Before(server.Port);
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor(), ciphers: ciphers, port: recorder.Port);
        var ben = await client.LogInAsync(server, server.NextVisitor(), port: recorder.Port);
        await ann.OpenConversationAsync(ben);

        await ann.SayAsync(ben, Secret);
        Assert.Equal(Secret, (await ben.ExpectTextAsync(ann))["text"]);

        Assert.Equal(isShown, Holds(recorder.FromClients, Secret));
        Assert.Equal(isShown, Holds(recorder.FromServer, Secret));
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Clients_behind_a_tls_wrapper_log_in_and_talk(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var wrapper = Recorder.Before(server.Port, server.EdgeCertificate);
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor(), ciphers: Ciphers.None, port: wrapper.Port);
        var ben = await client.LogInAsync(server, server.NextVisitor(), port: wrapper.Port);
        await ann.OpenConversationAsync(ben);

        foreach (var text in (string[])["hello", new string('x', 15_000)])
        {
            await ann.SayAsync(ben, text);
            Assert.Equal(text, (await ben.ExpectTextAsync(ann))["text"]);
            await ben.SayAsync(ann, text);
            Assert.Equal(text, (await ann.ExpectTextAsync(ben))["text"]);
        }

        await ben.LogOutAsync();
        await ann.ExpectAsync("im-closed");
    }

    /// <summary>S015: a client cannot tell a chain of Edges from one.</summary>
    [Fact]
    public async Task A_chain_of_edges_sends_the_same_bytes_as_a_single_one_but_for_ids_and_times()
    {
        var server = (EdgeChain)await ServerAsync(Shape.EdgeChain);
        var (ann, ben, cyd) = (server.NextVisitor(), server.NextVisitor(), server.NextVisitor());

        var byOne = await RecordAsync(server, server.InnerPort, ann, ben, cyd);
        var byChain = await RecordAsync(server, server.Port, ann, ben, cyd);

        Assert.Equal(byOne, byChain);
    }

    /// <summary>What the server sends to a client that looks names up, stores, watches and talks, all one after the other.</summary>
    private static async Task<List<string>> RecordAsync(Topology server, int port, TestUser ann, TestUser ben, TestUser nobody)
    {
        var start = TimeProvider.System.GetUtcNow();
        await using var recorder = Recorder.Before(port);
        await using var client = new MeanwhileDriver();
        var benLogin = await client.ConnectAsync(server, ben, ciphers: Ciphers.None);
        var benId = (await benLogin.ExpectAsync("login"))["login"];
        var annLogin = await client.ConnectAsync(server, ann, ciphers: Ciphers.None, port: recorder.Port);
        var annId = (await annLogin.ExpectAsync("login"))["login"];
        foreach (var service in (string[])["aware", "resolve", "storage"])
        {
            await annLogin.ExpectAsync("service", e => e["name"] == service && e["state"] == "started");
        }

        await annLogin.ResolveAsync(ResolveFlags.Users, ben.Name, "nobody-at-all");
        await annLogin.LoadAsync(0x00020000);
        await annLogin.WatchOnlineAsync(ben);
        Assert.False((await annLogin.WatchAsync(nobody)).Is("online"));
        await annLogin.OpenConversationAsync(benLogin);
        await benLogin.SayAsync(annLogin, Secret);
        await annLogin.ExpectTextAsync(benLogin);
        await benLogin.LogOutAsync();
        await annLogin.ExpectOnlineAsync(ben, online: false);
        await annLogin.ExpectAsync("im-closed");
        await annLogin.LogOutAsync();
        return RecordedFrames.Compare(recorder.FromServer, start, TimeProvider.System.GetUtcNow(), annId, benId);
    }

    private static bool Holds(byte[] recorded, string text) => recorded.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
}
