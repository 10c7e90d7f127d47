using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Npgsql;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Cluster;

/// <summary>
/// What a command changes in the directory that several machines share, and what their servers make of the news of it: one of them passes on
/// what is stored, and the others can hear of it from the broker only.
/// </summary>
public sealed class DirectoryNewsTests : IAsyncDisposable
{
    private const string Ready = "sametime up ready on ";
    private const string Password = "correct horse";

    private readonly string _folder = Directory.CreateTempSubdirectory("sametime-news-").FullName;
    private readonly string _schema = TestServices.NewName();
    private readonly string _prefix = TestServices.NewName();
    private readonly List<Process> _servers = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None).ForAsync("the end of a server that was killed", CancellationToken.None);
            server.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
        await using var database = NpgsqlDataSource.Create(TestServices.Postgres);
        await using var drop = database.CreateCommand($"DROP SCHEMA IF EXISTS {_schema}, {_schema}_subjects CASCADE");
        await drop.ExecuteNonQueryAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Users_who_are_removed_lose_their_logins_at_every_server_of_the_community()
    {
        Assert.Equal((0, "the store is ready", ""), await RunAsync("one", "store", "init"));
        Assert.Equal((0, "user alice added", ""), await RunAsync("one", "user", "add", "alice", "--password-stdin"));
        Assert.Equal((0, "user bob added", ""), await RunAsync("one", "user", "add", "bob", "--password-stdin"));
        using var alice = await RawClient.ConnectAsync(await StartAsync("one", hub: 1), Stop);
        await alice.LogInAsync("alice", Password);
        using var bob = await RawClient.ConnectAsync(await StartAsync("two", hub: 2), Stop);
        await bob.LogInAsync("bob", Password);

        // From a third machine, on which no server runs.
        Assert.Equal((0, "user alice removed", ""), await RunAsync("three", "user", "remove", "alice"));
        Assert.Equal((0, "user bob removed", ""), await RunAsync("three", "user", "remove", "bob"));

        Assert.Equal(Reason.Removed, await alice.EndReasonAsync());
        Assert.Equal(Reason.Removed, await bob.EndReasonAsync());
        foreach (var machine in new[] { "one", "two" })
        {
            var status = JsonNode.Parse((await RunAsync(machine, "status", "--json")).Output)!;
            var subscriber = Assert.Single(
                status["up"]!["events"]!["subscribers"]!.AsObject(), subscriber => subscriber.Key.StartsWith("users.", StringComparison.Ordinal));
            Assert.Equal(0, (int)subscriber.Value!["errors"]!);
        }
    }

    // One for all machines, as the database is.
    private string StoreKey
    {
        get
        {
            var file = Path.Combine(_folder, "store.key");
            if (!File.Exists(file))
                File.WriteAllText(file, RandomNumberGenerator.GetHexString(64));
            return file;
        }
    }

    private string[] Data(string machine) => ["--data", Path.Combine(_folder, machine)];

    private async Task<IPEndPoint> StartAsync(string machine, int hub)
    {
        var server = Process.Start(Program(["up", "--port", "0", .. Data(machine), $"--Hub:Number={hub}", $"--Hub:Name=hub-{hub}"]))!;
        _servers.Add(server);
        server.ErrorDataReceived += (_, _) => { };
        server.BeginErrorReadLine();
        while (await server.StandardOutput.ReadLineAsync(Stop).AsTask().ForAsync("the server to be ready", Stop) is { } line)
        {
            if (line.StartsWith(Ready, StringComparison.Ordinal))
                return IPEndPoint.Parse(line.AsSpan(Ready.Length));
        }

        throw new InvalidOperationException("The server ended before it was ready.");
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(string machine, params string[] words)
    {
        using var command = Process.Start(Program([.. words, .. Data(machine)]))!;
        await command.StandardInput.WriteLineAsync(Password);
        command.StandardInput.Close();
        var (output, errors) = (command.StandardOutput.ReadToEndAsync(Stop), command.StandardError.ReadToEndAsync(Stop));
        await command.WaitForExitAsync(Stop).ForAsync($"the end of sametime {string.Join(' ', words)}", Stop);
        return (command.ExitCode, (await output).Trim(), (await errors).Trim());
    }

    // Passwords of the broker and the database are kept off the command line.
    private ProcessStartInfo Program(IEnumerable<string> words)
    {
        var start = BuiltProgram.Start(words);
        start.Environment["SAMETIME_Broker__Uri"] = TestServices.RabbitMq;
        start.Environment["SAMETIME_Broker__Prefix"] = _prefix;
        start.Environment["SAMETIME_Store__Kind"] = "Postgres";
        start.Environment["SAMETIME_Store__KeyFile"] = StoreKey;
        start.Environment["SAMETIME_Postgres__Connection"] = TestServices.Postgres;
        start.Environment["SAMETIME_Postgres__Schema"] = _schema;
        return start;
    }
}
