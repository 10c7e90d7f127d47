using Sametime.Tests.Interop.Drivers;
using Sametime.Tests.Interop.Servers;

namespace Sametime.Tests.Interop;

/// <summary>Conversations between two unmodified clients: the hub routes them and, where they are encrypted end to end, cannot read them.</summary>
public sealed class InstantMessageTests(Topologies topologies, ITestOutputHelper output) : InteropTest(topologies, output)
{
    private const int Numbered = 1000;

    public static MatrixTheoryData<Shape, Ciphers> EveryCipher => new(Enum.GetValues<Shape>(), Enum.GetValues<Ciphers>());

    [Theory]
    [MemberData(nameof(EveryCipher))]
    public async Task Text_goes_both_ways_under_every_cipher(Shape shape, Ciphers ciphers)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor(), ciphers: ciphers);
        var ben = await client.LogInAsync(server, server.NextVisitor());

        var opened = await ann.OpenConversationAsync(ben);
        Assert.Equal(CipherName(ciphers), opened["cipher"]);

        foreach (var text in (string[])["hello", "Grüße, 你好, 🙂", "tab\tand\nline", new string('x', 4000)])
        {
            await ann.SayAsync(ben, text);
            var atBen = await ben.ExpectTextAsync(ann);
            Assert.Equal(text, atBen["text"]);
            Assert.Equal(ciphers != Ciphers.None, atBen.Is("encrypted"));

            await ben.SayAsync(ann, text);
            Assert.Equal(text, (await ann.ExpectTextAsync(ben))["text"]);
        }
    }

    [Theory]
    [MemberData(nameof(EveryCipher))]
    public async Task A_thousand_numbered_messages_each_way_arrive_in_order(Shape shape, Ciphers ciphers)
    {
        var server = await ServerAsync(shape);
        await using var annClient = new MeanwhileDriver();
        await using var benClient = new MeanwhileDriver();
        var ann = await annClient.LogInAsync(server, server.NextVisitor(), ciphers: ciphers);
        var ben = await benClient.LogInAsync(server, server.NextVisitor());
        await ann.OpenConversationAsync(ben);

        await ann.DoAsync("im-number", ben.User.Name, Text(Numbered), "from ann");
        await ben.DoAsync("im-number", ann.User.Name, Text(Numbered), "from ben");

        for (var i = 1; i <= Numbered; i++)
        {
            Assert.Equal($"from ann {Text(i)}", (await ben.ExpectTextAsync(ann))["text"]);
            Assert.Equal($"from ben {Text(i)}", (await ann.ExpectTextAsync(ben))["text"]);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Typing_is_noticed(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor());
        var ben = await client.LogInAsync(server, server.NextVisitor());
        await ann.OpenConversationAsync(ben);

        await ann.DoAsync("im-typing", ben.User.Name, "1");
        Assert.True((await ben.ExpectAsync("im-typing")).Is("typing"));
        await ann.DoAsync("im-typing", ben.User.Name, "0");
        Assert.False((await ben.ExpectAsync("im-typing")).Is("typing"));
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Writing_to_somebody_who_is_not_there_is_refused_as_no_such_user(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor());
        var absent = server.NextVisitor();

        await ann.DoAsync("im-open", absent.Name);

        var closed = await ann.ExpectAsync("im-closed", e => e["peer"] == absent.Name);
        Assert.Equal(Reasons.NoSuchUser, closed.Number("reason"));
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Writing_to_somebody_in_do_not_disturb_brings_back_the_refusal_of_his_client(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor());
        var ben = await client.LogInAsync(server, server.NextVisitor());
        await ann.WatchOnlineAsync(ben.User);
        await ben.DoAsync("status", "dnd", "");
        await ann.ExpectPresenceAsync(ben.User, e => e.Number("status") == StatusCodes.DoNotDisturb);

        await ann.DoAsync("im-open", ben.User.Name);

        Assert.Equal(Reasons.DoNotDisturb, (await ann.ExpectAsync("im-closed")).Number("reason"));
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Closing_a_conversation_closes_it_at_the_other_end(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor());
        var ben = await client.LogInAsync(server, server.NextVisitor());
        await ann.OpenConversationAsync(ben);

        await ann.DoAsync("im-close", ben.User.Name);

        Assert.Equal(Reasons.Success, (await ben.ExpectAsync("im-closed", e => e["peer"] == ann.User.Name)).Number("reason"));
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Killing_one_client_closes_the_conversation_at_the_other_with_a_reason(Shape shape)
    {
        var server = await ServerAsync(shape);
        await using var client = new MeanwhileDriver();
        await using var victim = new MeanwhileDriver();
        var ann = await client.LogInAsync(server, server.NextVisitor());
        var ben = await victim.LogInAsync(server, server.NextVisitor());
        await ann.OpenConversationAsync(ben);

        await victim.KillAsync();

        var closed = await ann.ExpectAsync("im-closed", e => e["peer"] == ben.User.Name);
        Assert.NotEqual(Reasons.Success, closed.Number("reason"));
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task Pidgin_users_write_to_each_other_and_see_each_other_type(Shape shape)
    {
        var server = await ServerAsync(shape);
        var (ann, ben) = (server.NextVisitor(), server.NextVisitor());
        await using var annClient = PurpleDriver.Start(ann);
        await using var benClient = PurpleDriver.Start(ben);
        await annClient.SignOnAsync(server);
        await benClient.SignOnAsync(server);

        await annClient.DoAsync("im", ben.Name, "Grüße & <Küsse>");
        Assert.Equal("Grüße & <Küsse>", (await benClient.ExpectAsync("im-text", e => e["peer"] == ann.Name))["text"]);

        await benClient.DoAsync("im", ann.Name, "thanks");
        Assert.Equal("thanks", (await annClient.ExpectAsync("im-text", e => e["peer"] == ben.Name))["text"]);

        await benClient.DoAsync("typing", ann.Name, "1");
        Assert.True((await annClient.ExpectAsync("im-typing", e => e["peer"] == ben.Name)).Is("typing"));
    }

    [Theory]
    [MemberData(nameof(Shapes.All), MemberType = typeof(Shapes))]
    public async Task A_thousand_numbered_messages_of_pidgin_each_way_arrive_in_order(Shape shape)
    {
        var server = await ServerAsync(shape);
        var (ann, ben) = (server.NextVisitor(), server.NextVisitor());
        await using var annClient = PurpleDriver.Start(ann);
        await using var benClient = PurpleDriver.Start(ben);
        await annClient.SignOnAsync(server);
        await benClient.SignOnAsync(server);

        await annClient.DoAsync("im-number", ben.Name, Text(Numbered), "from ann");
        for (var i = 1; i <= Numbered; i++)
        {
            Assert.Equal($"from ann {Text(i)}", (await benClient.ExpectAsync("im-text"))["text"]);
        }

        await benClient.DoAsync("im-number", ann.Name, Text(Numbered), "from ben");
        for (var i = 1; i <= Numbered; i++)
        {
            Assert.Equal($"from ben {Text(i)}", (await annClient.ExpectAsync("im-text"))["text"]);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string CipherName(Ciphers ciphers) => ciphers switch
    {
        Ciphers.Both => "rc2_128",
        Ciphers.Rc2With40Bits => "rc2_40",
        _ => "none",
    };
}
