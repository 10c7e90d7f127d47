using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sametime.Compose;
using Sametime.Compose.Commands;
using Sametime.Compose.Settings;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

/// <summary>A newcomer's way: the one command, a login with what it printed, a look at it, and its end.</summary>
[Collection(nameof(WholeProcess))]
public sealed partial class FirstStartTests : IDisposable
{
    private static readonly SettingOverrides Line = SettingOverrides.Split(["--Log:Level=Error", "--Passwords:MemoryKiB=64", "--Hub:Name=north"]);

    private readonly string _folder = Directory.CreateTempSubdirectory("sametime-first-").FullName;
    private readonly TextWriter _console = Console.Out;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Console.SetOut(_console);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_newcomer_logs_in_with_what_the_first_start_shows_and_no_later_one_shows_it_again()
    {
        var first = await WhileUpAsync("127.0.0.1", async (said, server) =>
        {
            var passwords = Demo().Matches(said).ToDictionary(static match => match.Groups[1].Value, static match => match.Groups[2].Value);
            Assert.Equal(["alice", "bob", "carol"], passwords.Keys.Order());
            Assert.Equal(3, passwords.Values.Distinct().Count());
            Assert.Contains($"  Server    127.0.0.1     (tab Advanced; port {server.Port})", said, StringComparison.Ordinal);
            await using var alice = await CommunityClient.LogInAsync(server, "alice", passwords["alice"], Stop);

            var status = JsonNode.Parse(await RunAsync(["status", "--json"]))!["up"]!.AsObject();
            Assert.Equal("north", (string?)status["hub"]!["name"]);
            Assert.Single(status["hub"]!["participants"]!.AsArray(), static one => (string?)one!["kind"] == "user");
            Assert.Single(status["edge"]!["connectionList"]!.AsArray());
            var table = await RunAsync(["status"]);
            Assert.Contains("north", table, StringComparison.Ordinal);
            Assert.DoesNotContain("participants", table, StringComparison.Ordinal);
            Assert.Equal($"127.0.0.1:{server.Port}", await RunAsync(["resolve", "north"]));
        });
        Assert.NotEmpty(first);

        var second = await WhileUpAsync("127.0.0.1", static (_, _) => Task.CompletedTask);
        Assert.DoesNotContain("password", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_everybody_may_connect_the_machine_is_named_and_what_others_need()
    {
        var said = await WhileUpAsync("0.0.0.0", static (_, _) => Task.CompletedTask);

        Assert.Contains($"  Server    {Environment.MachineName}     (tab Advanced", said, StringComparison.Ordinal);
        Assert.Contains("must use TLS, or their network must be listed in Legacy:AllowFrom", said, StringComparison.Ordinal);
    }

    // Runs the server until the act is over, and answers what it said meanwhile. In its folder is no socket afterwards, and no lock is held.
    private async Task<string> WhileUpAsync(string host, Func<string, IPEndPoint, Task> act)
    {
        var output = new StringWriter { NewLine = "\n" };
        var shared = TextWriter.Synchronized(output);
        Console.SetOut(shared);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = UpCommand.Define(Line).Parse(["--data", _folder, "--port", "0", "--host", host])
            .InvokeAsync(new() { EnableDefaultExceptionHandler = false }, end.Token);
        await Waits.UntilAsync(() => running.IsCompleted || Ready().IsMatch(Said()), static () => Thread.Yield(), "the server is ready", Stop);
        var said = Said();
        Assert.False(running.IsCompleted);
        Assert.StartsWith("Sametime ", said, StringComparison.Ordinal);
        await act(said, IPEndPoint.Parse(Ready().Match(said).Groups[1].Value));

        await end.CancelAsync();
        Assert.Equal(ExitCode.Success, await running.ForAsync("the end of the server", Stop));
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "run")));
        return said;

        string Said()
        {
            // Whoever writes to it holds this lock.
            lock (shared)
                return output.ToString();
        }
    }

    private Task<string> RunAsync(string[] words) => CommandRun.SaidAsync(_folder, words, StatusCommand.Define(), ResolveCommand.Define());

    [GeneratedRegex("^  (alice|bob|carol) +([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})$", RegexOptions.Multiline)]
    private static partial Regex Demo();

    [GeneratedRegex("^sametime up ready on (.+)$", RegexOptions.Multiline)]
    private static partial Regex Ready();
}
