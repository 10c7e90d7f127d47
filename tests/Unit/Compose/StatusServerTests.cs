using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sametime.Compose.Control;
using Sametime.Compose.Hosting;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

public sealed class StatusServerTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("sametime-unit-").FullName;
    private readonly CountingTime _time = new();
    private readonly DataDirectory _data;

    public StatusServerTests()
    {
        _data = new DataDirectory(_path);
        _data.Create();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public async Task Every_process_of_a_data_directory_answers_by_its_role()
    {
        await using var hub = Start("hub", question => new JsonObject { ["asked"] = question });
        await using var edge = Start("edge-1", _ => new JsonObject { ["clients"] = 7 });

        var answers = await StatusClient.AskAllAsync(_data, "status", Stop);

        Assert.Equal("status", answers["hub"]!["asked"]!.GetValue<string>());
        Assert.Equal(7, answers["edge-1"]!["clients"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_answer_that_fails_costs_that_answer_only()
    {
        var isBroken = true;
        await using var hub = Start("hub", _ => isBroken ? throw new InvalidOperationException("a fault of ours") : []);

        Assert.Empty(await StatusClient.AskAllAsync(_data, "status", Stop));

        isBroken = false;
        Assert.Single(await StatusClient.AskAllAsync(_data, "status", Stop));
    }

    [Fact]
    public async Task Who_connects_and_says_nothing_keeps_the_others_waiting_for_a_moment_only()
    {
        await using var hub = Start("hub", question => new JsonObject { ["asked"] = question });
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await silent.ConnectAsync(new UnixDomainSocketEndPoint(StatusServer.SocketPath(_data, "hub")), Stop);
        await _time.Counted.ForAsync("the time of the silent one to be counted", Stop);
        var answers = StatusClient.AskAllAsync(_data, "status", Stop);
        _time.Advance(StatusServer.Patience);

        Assert.Equal("status", (await answers)["hub"]!["asked"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_socket_that_a_killed_process_left_behind_is_passed_over()
    {
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            left.Bind(new UnixDomainSocketEndPoint(StatusServer.SocketPath(_data, "hub")));
        }

        Assert.Empty(await StatusClient.AskAllAsync(_data, "status", Stop));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    public async Task Who_left_a_socket_behind_or_ends_while_he_answers_keeps_no_other_answer_away(string gone)
    {
        await using var b = gone == "b" ? null : Start("b", static _ => new JsonObject { ["name"] = "b" });
        await using var a = gone == "a" ? null : Start("a", static _ => new JsonObject { ["name"] = "a" });
        await using var c = gone == "c" ? null : Start("c", static _ => new JsonObject { ["name"] = "c" });
        using var ending = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        ending.Bind(new UnixDomainSocketEndPoint(StatusServer.SocketPath(_data, gone)));
        Assert.Equal(Others(), (await StatusClient.AskAllAsync(_data, "status", Stop)).Select(static answer => answer.Key)); // nobody listens

        ending.Listen();
        var answers = StatusClient.AskAllAsync(_data, "status", Stop);
        using (var asker = await ending.AcceptAsync(Stop))
        {
            await asker.ReceiveAsync(new byte[64], Stop);
            await asker.SendAsync("{"u8.ToArray(), Stop);
        }

        Assert.Equal(Others(), (await answers).Select(static answer => answer.Key));
        Assert.All(await answers, static answer => Assert.Equal(answer.Key, (string?)answer.Value!["name"]));

        string[] Others() => [.. ((string[])["a", "b", "c"]).Where(role => role != gone)];
    }

    [Fact]
    public async Task A_process_answers_in_the_place_of_one_that_was_killed_and_leaves_nothing_behind_itself()
    {
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            left.Bind(new UnixDomainSocketEndPoint(StatusServer.SocketPath(_data, "hub")));
        }

        await using (Start("hub", static question => new JsonObject { ["asked"] = question }))
        {
            foreach (var question in (string[])["status", "drain"])
                Assert.Equal(question, (string?)(await StatusClient.AskAsync(_data, "hub", question, Stop))!["asked"]);
            Assert.Null(await StatusClient.AskAsync(_data, "edge", "status", Stop));
        }

        Assert.Empty(Directory.GetFiles(_data.RunFolder));
    }

    private StatusServer Start(string role, Func<string, JsonObject> answer)
    {
        var server = new StatusServer(_data, role, (question, _) => Task.FromResult(answer(question)), _time, NullLogger.Instance);
        server.Start();
        return server;
    }

    /// <summary>Says when somebody's time begins to be counted.</summary>
    private sealed class CountingTime : FakeTimeProvider
    {
        private readonly TaskCompletionSource _counted = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Counted => _counted.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _counted.TrySetResult();
            return timer;
        }
    }
}
