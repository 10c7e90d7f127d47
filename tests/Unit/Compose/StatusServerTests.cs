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
