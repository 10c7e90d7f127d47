using System.Text.RegularExpressions;
using Sametime.Tests.Kit.Repository;

namespace Sametime.Tests.Kit.Servers;

/// <summary>A RabbitMQ, a PostgreSQL and an OpenLDAP of one test's own, to be killed, stopped and started again. By <c>tests/services</c>.</summary>
public sealed partial class OwnServices : IAsyncDisposable
{
    public const string Broker = "rabbitmq";
    public const string Database = "postgres";
    public const string Directory = "ldap";

    // Not below the folder of the runner, which the servers' users may be unable to enter.
    private readonly string _folder;
    private readonly Dictionary<string, string> _exports = [];

    private OwnServices(string folder) => _folder = folder;

    /// <summary>The broker as an amqp URI.</summary>
    public string RabbitMq => _exports[TestServices.RabbitMqVariable];

    /// <summary>The database server as an Npgsql connection string.</summary>
    public string Postgres => _exports[TestServices.PostgresVariable];

    /// <summary>The LDAP directory.</summary>
    public LdapAccess Ldap => LdapAccess.From(variable => _exports[variable]);

    /// <summary>Where everything of it is kept.</summary>
    public string Folder => _folder;

    /// <summary>Starts the broker and the database.</summary>
    public static Task<OwnServices> StartAsync(CancellationToken stop) => StartAsync($"{Broker},{Database}", stop);

    /// <summary>Starts those that are named, with commas between them.</summary>
    public static Task<OwnServices> StartAsync(string servers, CancellationToken stop) =>
        StartAsync(servers, Path.Combine(Path.GetTempPath(), "sametime-" + TestServices.NewName()), isDurable: false, stop);

    /// <summary>Starts them in a folder where the disk of one of them may lie already, under its name.</summary>
    /// <param name="servers">Their names, with commas between them.</param>
    /// <param name="folder">Where everything is kept.</param>
    /// <param name="isDurable">Whether the database waits for the disk before it says that something is stored.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<OwnServices> StartAsync(string servers, string folder, bool isDurable, CancellationToken stop)
    {
        var services = new OwnServices(folder);
        try
        {
            string[] durable = isDurable ? ["--durable"] : [];
            var exports = await services.RunAsync(["up", "--with", servers, .. durable], stop);
            foreach (Match export in Export().Matches(exports))
            {
                services._exports.Add(export.Groups["name"].Value, export.Groups["value"].Value);
            }

            return services;
        }
        catch (Exception first)
        {
            try
            {
                await services.DisposeAsync();
            }
            catch (Exception second)
            {
                throw new AggregateException(first, second);
            }

            throw;
        }
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync(string server, CancellationToken stop) => RunAsync(["kill9", server], stop);

    /// <summary>Ends the database at once, as its own immediate stop does: nothing is written out.</summary>
    public Task AbortDatabaseAsync(CancellationToken stop) => RunAsync(["abort"], stop);

    /// <summary>Ends it in order.</summary>
    public Task StopAsync(string server, CancellationToken stop) => RunAsync(["stop", server], stop);

    /// <summary>Starts it again with its data, at its former port; done when it answers.</summary>
    public Task StartAgainAsync(string server, CancellationToken stop) => RunAsync(["start", server], stop);

    /// <summary>Runs SQL as the superuser; the rows come back as lines, their columns parted by a bar.</summary>
    public async Task<string> SqlAsync(string sql, CancellationToken stop) => (await RunAsync(["psql", "-qAtc", sql], stop)).TrimEnd();

    /// <summary>Runs a command of the broker's own administration.</summary>
    public Task<string> RabbitMqCtlAsync(string[] words, CancellationToken stop) => RunAsync(["rabbitmqctl", "--quiet", .. words], stop);

    /// <summary>The pids of those that run, by name.</summary>
    public async Task<IReadOnlyDictionary<string, int>> PidsAsync(CancellationToken stop)
    {
        // Its exit code says that one is stopped, which is no failure here.
        var (_, status, _) = await TryAsync(["status"], stop);
        return Running().Matches(status).ToDictionary(
            server => server.Groups["name"].Value, server => int.Parse(server.Groups["pid"].Value, System.Globalization.CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync() => await RunAsync(["down"], CancellationToken.None);

    [GeneratedRegex("^export (?<name>[A-Z_]+)='(?<value>.*)'$", RegexOptions.Multiline)]
    private static partial Regex Export();

    [GeneratedRegex("^(?<name>[a-z]+) running .* pid (?<pid>[0-9]+)$", RegexOptions.Multiline)]
    private static partial Regex Running();

    private async Task<string> RunAsync(string[] words, CancellationToken stop)
    {
        var (code, output, errors) = await TryAsync(words, stop);
        return code == 0 ? output : throw new InvalidOperationException($"tests/services {words[0]} ended with {code}: {errors}{output}");
    }

    private Task<(int Code, string Output, string Errors)> TryAsync(string[] words, CancellationToken stop) =>
        Script.TryAsync(Repo.PathOf("tests", "services"), [words[0], "--dir", _folder, .. words[1..]], stop);
}
