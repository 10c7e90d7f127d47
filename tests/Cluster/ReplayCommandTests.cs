using System.Text.Json.Nodes;
using RabbitMQ.Client;
using Sametime.Tests.Cluster.Running;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Cluster;

/// <summary>The commands that read the log, as processes, on a day whose events are known.</summary>
public sealed class ReplayCommandTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S035_A_replay_gives_every_event_as_a_line_says_what_is_missing_and_is_itself_an_event()
    {
        using var day = await LoggedDay.MakeAsync(Stop);
        var run = await day.RunAsync("replay", "--named");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(23, run.Lines.Length);
        Assert.Contains(run.Lines, line => (string?)JsonNode.Parse(line)!["fields"]!["text"] == "lunch?");
        Assert.Contains("completeness: complete", run.Errors, StringComparison.Ordinal);
        Assert.Contains("3  security.login-refused", run.Errors, StringComparison.Ordinal);

        var audit = await day.RunAsync("replay", "--named", "--kind", "audit", "--json");
        var extracted = JsonNode.Parse(Assert.Single(audit.Lines))!["fields"]!;
        Assert.Equal(("replay", 23, Environment.UserName), ((string?)extracted["command"], (int)extracted["events"]!, (string?)extracted["actor"]));
        Assert.Equal(1, (int)JsonNode.Parse(audit.Errors)!["events"]!);
    }

    [Fact]
    public async Task Without_names_the_same_person_is_the_same_opaque_id_everywhere_and_nothing_that_people_wrote_is_shown()
    {
        using var day = await LoggedDay.MakeAsync(Stop);
        var plain = await day.RunAsync("replay", "--to", "23");
        Assert.True(plain.ExitCode == 0, plain.Errors);
        Assert.Equal(23, plain.Lines.Length);
        Assert.All(["alice", "bob", "carol", "dave", "mallory", "lunch", "10.0.0", "Alice"], word => Assert.DoesNotContain(word, plain.Output, StringComparison.OrdinalIgnoreCase));

        // The names choose all the same, and one person is one id in every extract.
        var bob = (await day.RunAsync("replay", "--to", "23", "--user", "bob")).Lines.Select(line => JsonNode.Parse(line)!).ToList();
        var id = (string)bob.Single(line => (string?)line["name"] == "community.participant-logged-in")["user"]!;
        Assert.Equal(12, bob.Count);
        Assert.Equal(id, (string?)bob.Single(line => (string?)line["name"] == "channel.created")["fields"]!["target"]);
        // A refused login has only a name, and whose it is shows with the first login that is let in.
        Assert.Equal(bob.Select(line => (int)line["position"]!).Where(position => position >= 7), (await day.RunAsync("replay", "--to", "23", "--user", id)).Lines.Select(line => (int)JsonNode.Parse(line)!["position"]!));

        // Who asked about whom is known to those who may see names, and sealed like everything else.
        var audit = (await day.RunAsync("replay", "--kind", "audit.log-extracted")).Lines.Select(line => JsonNode.Parse(line)!["fields"]!).ToList();
        Assert.Contains(audit, fields => (string?)fields["user"] == id && !(bool)fields["named"]!);
        Assert.All(audit, fields => Assert.DoesNotContain("bob", fields.ToJsonString(), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_range_of_time_is_of_when_things_happened_and_what_is_no_time_is_refused()
    {
        using var day = await LoggedDay.MakeAsync(Stop);
        var run = await day.RunAsync("replay", "--from", "2026-05-06T09:21", "--to", "2026-05-06T09:22", "--kind", "chat", "--named");
        Assert.Equal(2, run.Lines.Length);
        var none = await day.RunAsync("replay", "--from", "not a time");
        Assert.Equal(2, none.ExitCode);
        Assert.StartsWith("sametime: 'not a time' is neither a moment", none.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_that_is_interrupted_ends_in_order_and_goes_on_where_it_was()
    {
        using var day = await LoggedDay.MakeAsync(Stop);
        string[] command = ["replay", "--named", "--to", "23", "--bookmark", day.File("bookmark"), "--data", day.File("data")];

        // At the speed of life five minutes pass between the second and the third event.
        var first = await ProgramRun.InterruptAfterAsync(2, [.. command, "--speed", "1"]);
        Assert.Equal(0, first.ExitCode);
        Assert.Contains("go on with --after 2", first.Errors, StringComparison.Ordinal);
        var second = await ProgramRun.OfAsync([.. command, "--speed", "max"]);
        Assert.True(second.ExitCode == 0, second.Errors);
        Assert.Equal(Enumerable.Range(1, 23), first.Lines.Concat(second.Lines).Select(line => (int)JsonNode.Parse(line)!["position"]!));
        Assert.Empty((await ProgramRun.OfAsync([.. command, "--speed", "max"])).Lines);

        var other = await ProgramRun.OfAsync([.. command, "--kind", "chat"]);
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("belongs to another question", other.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_log_has_the_same_state_at_each_replay()
    {
        using var day = await LoggedDay.MakeAsync(Stop);
        string[] command = ["replay", "--into", "sandbox", "--named", "--to", "23", "--json"];
        var (one, two) = (await day.RunAsync(command), await day.RunAsync(command));
        Assert.Equal(one.Output, two.Output);
        var state = JsonNode.Parse(one.Output)!;
        Assert.Equal((23, 2, 0), ((int)state["events"]!, (int)state["online"]!, (int)state["channels"]!));
        Assert.Equal(64, ((string)state["state"]!).Length);
    }

    [Fact]
    public async Task Who_was_online_and_which_channels_there_were_is_answered_for_any_moment()
    {
        using var day = await LoggedDay.MakeAsync(Stop);
        var run = await day.RunAsync("at", "2026-05-06T09:45", "--named", "--json");
        var state = JsonNode.Parse(run.Output)!;
        Assert.Equal(["alice 1 Away", "bob 1 Active", "dave 2 Active"], state["online"]!.AsArray().Select(login => $"{login!["user"]} {login["hub"]} {login["status"]}"));
        Assert.Equal("bob", (string?)Assert.Single(state["channels"]!.AsArray())!["target"]);
        var people = await day.RunAsync("at", "2026-05-06T11:10", "--named");
        Assert.StartsWith("online: 2\n  alice\t", people.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_history_of_a_user_tells_with_whom_he_talked_and_never_what_was_said()
    {
        using var day = await LoggedDay.MakeAsync(Stop);
        var alone = await day.RunAsync("history", "bob");
        Assert.Equal(
            [
                "2026-05-06T09:12:00Z  was not let in from 10.0.0.2: IncorrectLogin",
                "2026-05-06T09:13:00Z  was not let in from 10.0.0.2: IncorrectLogin",
                "2026-05-06T09:15:00Z  logged in at hub 1 from 10.0.0.2 as \"Bob B.\" with Meanwhile, login 00010000002A00000003",
                "2026-05-06T09:20:00Z  was asked by login 00010000002A00000002 for a channel of service 0x1000",
                "2026-05-06T09:20:02Z  began to talk with login 00010000002A00000002",
                "2026-05-06T10:10:00Z  saw channel 00010000002A00000002-5 end",
                "2026-05-06T10:10:00Z  ended talking with login 00010000002A00000002: 1 lines said, 2 heard",
                "2026-05-06T10:20:00Z  logged out of hub 1, login 00010000002A00000003",
            ],
            alone.Lines);
        var named = await day.RunAsync("history", "BOB", "--named");
        Assert.Contains("began to talk with alice", named.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("lunch", alone.Output + named.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_onto_the_broker_goes_to_a_fresh_exchange_and_to_no_live_subscriber()
    {
        using var day = await LoggedDay.MakeAsync(Stop);
        var prefix = TestServices.NewName();
        await using var connection = await new ConnectionFactory { Uri = new Uri(TestServices.RabbitMq) }.CreateConnectionAsync(Stop);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Stop);
        var live = $"sametime.{prefix}.events";
        await channel.ExchangeDeclareAsync(live, ExchangeType.Fanout, durable: true, cancellationToken: Stop);
        await channel.QueueDeclareAsync(live, durable: false, exclusive: true, autoDelete: true, cancellationToken: Stop);
        await channel.QueueBindAsync(live, live, "", cancellationToken: Stop);
        string? queue = null;
        try
        {
            string[] command =
            [
                "replay", "--into", "exchange", "--named", "--to", "23", "--bookmark", day.File("bookmark"),
                $"--Broker:Uri={TestServices.RabbitMq}", $"--Broker:Prefix={prefix}", "--Replay:Exchange:QueueEventsMax=20",
            ];

            // The queue is smaller than the log: it takes what it can, says so, and goes on when there is room.
            var first = await day.RunAsync(command);
            queue = Assert.Single(first.Lines).Split(' ')[^1];
            Assert.Equal(1, first.ExitCode);
            Assert.Contains($"the queue {queue} holds 20 events", first.Errors, StringComparison.Ordinal);
            var messages = await TakeAllAsync(channel, queue);
            Assert.Equal(20, messages.Count);

            var second = await day.RunAsync(command);
            Assert.Equal((0, $"exchange and queue {queue}\n"), (second.ExitCode, second.Output));
            messages.AddRange(await TakeAllAsync(channel, queue));

            // What was in the broker and not yet known to be there comes again, under the same id.
            Assert.Equal(23, messages.Select(message => message.BasicProperties.MessageId).Distinct().Count());
            var line = messages.First(message => message.BasicProperties.Type == "chat.line-captured");
            Assert.Equal(("application/json", true, 11L), (line.BasicProperties.ContentType, line.BasicProperties.Persistent, line.BasicProperties.Headers!["position"]));
            Assert.Equal("lunch?", (string?)JsonNode.Parse(line.Body.Span)!["fields"]!["text"]);
            Assert.Equal(0u, await channel.MessageCountAsync(live, Stop));
        }
        finally
        {
            if (queue is not null)
                await channel.QueueDeleteAsync(queue, cancellationToken: CancellationToken.None);
            await channel.ExchangeDeleteAsync(live, cancellationToken: CancellationToken.None);
        }
    }

    private static async Task<List<BasicGetResult>> TakeAllAsync(IChannel channel, string queue)
    {
        var taken = new List<BasicGetResult>();
        while (await channel.BasicGetAsync(queue, autoAck: true, Stop) is { } message)
            taken.Add(message);
        return taken;
    }
}
