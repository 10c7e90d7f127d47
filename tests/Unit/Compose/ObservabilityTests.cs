using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose;
using Sametime.Compose.Observability;
using Sametime.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

/// <summary>Metrics and health as monitoring asks for them.</summary>
public sealed class ObservabilityTests : IDisposable
{
    private readonly Meter _meter = new("Sametime.Test");
    private readonly HttpClient _http = new();
    private readonly Dictionary<string, Health> _parts = new() { ["hub"] = Health.Ready };
    private Func<Task<IReadOnlyDictionary<string, Health>>> _ask;

    public ObservabilityTests() => _ask = () => Task.FromResult<IReadOnlyDictionary<string, Health>>(_parts);

    public void Dispose()
    {
        _http.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task Counters_of_a_part_are_read_where_they_are()
    {
        var counters = new HubCounters { MessagesRouted = 42 };
        CounterInstruments.Show(_meter, "sametime.test", counters);
        await using var server = await StartAsync();

        counters.MessagesRouted++;
        var text = await _http.GetStringAsync(new Uri(server.Address!, "/metrics"), TestContext.Current.CancellationToken);
        var line = text.Split('\n').Single(line => line.StartsWith("sametime_test_messages_routed_total", StringComparison.Ordinal));
        Assert.Contains(" 43", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_that_is_degraded_is_ready_and_says_why()
    {
        _parts["hub"] = Health.Degraded("the broker is away");
        await using var server = await StartAsync();

        var (status, text) = await AskAsync(server, "/health/ready");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"state":"degraded","hub":"degraded: the broker is away"}""", text);
    }

    [Fact]
    public async Task A_part_that_can_do_nothing_is_alive_and_not_ready()
    {
        _parts["edge"] = Health.NotReady("no link to a hub");
        await using var server = await StartAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(server, "/health/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, "/health/live")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, "/health/startup")).Status);
    }

    [Theory]
    [InlineData("hub edge services")]
    [InlineData("edge hub services")]
    [InlineData("edge services hub")]
    public async Task The_worst_part_says_how_all_of_them_are_wherever_it_stands(string parts)
    {
        _parts.Clear();
        foreach (var part in parts.Split(' '))
            _parts[part] = part switch { "hub" => Health.NotReady("it is draining"), "edge" => Health.Degraded("slow"), _ => Health.Ready };
        await using var server = await StartAsync();

        foreach (var (path, expected) in new[] { ("/health/ready", HttpStatusCode.ServiceUnavailable), ("/health/live", HttpStatusCode.OK) })
        {
            var (status, text) = await AskAsync(server, path);
            Assert.Equal(expected, status);
            var answer = System.Text.Json.Nodes.JsonNode.Parse(text)!;
            Assert.Equal(
                ("not ready", "not ready: it is draining", "degraded: slow", "ready"),
                ((string?)answer["state"], (string?)answer["hub"], (string?)answer["edge"], (string?)answer["services"]));
        }
    }

    [Fact]
    public async Task A_process_without_parts_has_nothing_that_is_not_ready()
    {
        _parts.Clear();
        await using var server = await StartAsync();

        Assert.Equal((HttpStatusCode.OK, """{"state":"ready"}"""), await AskAsync(server, "/health/ready"));
    }

    [Fact]
    public async Task A_loop_that_does_not_answer_is_not_alive()
    {
        _ask = static () => new TaskCompletionSource<IReadOnlyDictionary<string, Health>>().Task;
        await using var server = await StartAsync(options => options.LiveWithin = TimeSpan.FromMilliseconds(20));

        var (status, text) = await AskAsync(server, "/health/live");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("""{"state":"dead"}""", text);
    }

    [Fact]
    public async Task Nothing_listens_unless_it_is_configured() =>
        Assert.Null(await ObservabilityServer.StartAsync(new ObservabilityOptions(), "test", _ask, NullLoggerFactory.Instance));

    [Fact]
    public async Task An_address_that_is_none_is_one_clear_sentence()
    {
        var error = await Assert.ThrowsAsync<CommandException>(() => StartAsync(options => options.Listen = "everywhere"));
        Assert.Equal("Observability:Listen is everywhere, which is not address:port", error.Message);
    }

    private async Task<ObservabilityServer> StartAsync(Action<ObservabilityOptions>? configure = null)
    {
        var options = new ObservabilityOptions { Listen = "127.0.0.1:0" };
        configure?.Invoke(options);
        return (await ObservabilityServer.StartAsync(options, "test", _ask, NullLoggerFactory.Instance))!;
    }

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(ObservabilityServer server, string path)
    {
        var answer = await _http.GetAsync(new Uri(server.Address!, path), TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
