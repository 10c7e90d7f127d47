using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Sametime.Compose;
using Sametime.Compose.ChatLog;
using Sametime.Compose.Control;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Interop.Servers;

/// <summary>
/// A running community in one of the shapes in which the server can be started, with a data directory and ports of its own. Tests
/// draw their users from it, so that what one test leaves is not in the way of the next.
/// </summary>
internal abstract class Topology : IAsyncDisposable
{
    public const string Host = "127.0.0.1";

    /// <summary>
    /// Settings that differ from the defaults, each because the tests do in seconds from one address what many people do in hours:
    /// weak auth types and guests are to be let in, and hundreds of logins and messages come from 127.0.0.1.
    /// </summary>
    protected static readonly string[] Settings =
    [
        "--Unsafe:WeakAuthTypesFrom:0=127.0.0.0/8",
        "--Hub:Limits:InstantMessages:PerSecond=10000",
        "--Hub:Limits:InstantMessages:Burst=10000",
        "--Passwords:FailuresPerAddress=10000",
        "--Users:GuestsAllowed=true",
        .. UserDirectory.CheapHashes,
    ];

    private const int AskedAtMost = 6;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("st-");
    private readonly Queue<TestUser> _visitors = new(UserDirectory.Visitors);
    private readonly Queue<TestUser> _newcomers = new(UserDirectory.Newcomers);

    /// <summary>Where clients connect.</summary>
    public int Port { get; } = Ports.Free();

    /// <summary>Where this user connects: all his clients at the same place, the users that a test draws one after the other at different ones.</summary>
    public virtual int PortOf(TestUser user) => Port;

    /// <summary>What the clients' Edge shows them in TLS: the certificate that it made itself.</summary>
    public X509Certificate2 EdgeCertificate =>
        X509CertificateLoader.LoadPkcs12FromFile(Path.Combine(DataDirectories.Last(), "edge-certificate.pfx"), password: null);

    /// <summary>All processes, in the order in which they are started.</summary>
    public abstract IReadOnlyList<ServerProcess> Processes { get; }

    /// <summary>The process that holds the clients' sockets.</summary>
    public ServerProcess Edge => Processes[^1];

    /// <summary>The process that routes.</summary>
    public ServerProcess Hub => Processes[0];

    /// <summary>The data directories that the processes were given.</summary>
    protected abstract IEnumerable<string> DataDirectories { get; }

    public async Task StartAsync()
    {
        await MakeStoreAsync();
        await File.WriteAllTextAsync(LinkKey, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)), TestContext.Current.CancellationToken);
        await StartProcessesAsync();
    }

    /// <summary>Starts every process that does not run, and waits until each has its links.</summary>
    public async Task StartProcessesAsync()
    {
        // Hubs first: all others dial them.
        foreach (var row in Processes.GroupBy(process => process.IsHub).OrderByDescending(row => row.Key))
        {
            await Task.WhenAll(row.Select(process => process.StartAsync()));
        }

        await Eventually.IsAsync(
            async () => await ReportsAsync() is var reports && reports.Count == Processes.Count && reports.All(IsLinked),
            "every process of the community has its links", TestContext.Current.CancellationToken, Logs);
    }

    /// <summary>A user of whom no test stores anything. He comes around again, long after the test that had him is over.</summary>
    public TestUser NextVisitor()
    {
        var user = _visitors.Dequeue();
        _visitors.Enqueue(user);
        return user;
    }

    /// <summary>A user of whom the server keeps nothing, for tests that store or rely on emptiness.</summary>
    public TestUser NewUser() => _newcomers.TryDequeue(out var user)
        ? user
        : throw new InvalidOperationException($"all newcomers are used up: add some in {nameof(UserDirectory)}");

    /// <summary>Sums numbers, or the lengths of lists, of what all processes say of their state, asked once.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountAsync(params string[] counters)
    {
        var answers = await ReportsAsync();
        return counters.ToDictionary(counter => counter, counter => answers.SelectMany(answer => Find(answer, counter)).ToArray() is { Length: > 0 } values
            ? values.Sum()
            : throw new InvalidOperationException($"sametime status --json does not tell {counter}"));
    }

    /// <summary>How each hub captures conversations.</summary>
    public async Task<IReadOnlyList<JsonNode>> CapturesAsync() => [.. (await ReportsAsync()).SelectMany(report => FindNodes(report, "capture"))];

    /// <summary>Managed memory in use after a collection, by process.</summary>
    public async Task<IReadOnlyDictionary<string, long>> MemoryInUseAsync()
    {
        var memory = new Dictionary<string, long>();
        foreach (var directory in DataDirectories)
        {
            var answer = JsonNode.Parse(await SametimeProgram.RunAsync("", "status", "--json", "--collect", "--data", directory))!;
            foreach (var (role, process) in answer.AsObject())
            {
                memory[$"{role} in {Path.GetFileName(directory)}"] = process!["process"]!["managedBytes"]!.GetValue<long>();
            }
        }

        return memory;
    }

    /// <summary>Runs a command of the program on the data directory of the community, as its administrator would while it runs.</summary>
    public Task<string> CommandAsync(string input, params string[] words) => SametimeProgram.RunAsync(input, [.. words, "--data", Data("hub")]);

    /// <summary>The log of conversations, opened as the program's commands open it.</summary>
    public Task<ChatLogAccess> OpenChatLogAsync() =>
        ChatLogAccess.OpenAsync(Data("hub"), SettingOverrides.Split([]), TestContext.Current.CancellationToken);

    /// <summary>What all processes wrote last, for the message of a failing test.</summary>
    public string Logs() => string.Join(Environment.NewLine, Processes.Select(p => $"--- {p.Role}{Environment.NewLine}{p.Log}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes.Reverse())
        {
            await process.DisposeAsync();
        }

        await DropStoreAsync();
        _root.Delete(recursive: true);
    }

    /// <summary>Makes the store of the community, with all users in it, before any process starts.</summary>
    protected virtual Task MakeStoreAsync() => UserDirectory.CopyToAsync(Data("hub"));

    /// <summary>Removes what the store has outside the data directories, after all processes ended.</summary>
    protected virtual ValueTask DropStoreAsync() => ValueTask.CompletedTask;

    /// <summary>Whether a process, by what it says of its state, has all its links. It calls itself ready before.</summary>
    protected virtual bool IsLinked(JsonNode report) =>
        report["services"]?["connected"]?.GetValue<bool>() != false && (report["edge"] is not { } edge || edge["upstream"] is not null);

    /// <summary>What every process says of its state, asked as <c>sametime status --json</c> asks, but without a process for each question.</summary>
    protected async Task<IReadOnlyList<JsonNode>> ReportsAsync()
    {
        var reports = new List<JsonNode>();
        foreach (var directory in DataDirectories)
        {
            reports.AddRange((await AskAsync(new DataDirectory(directory))).Select(answer => answer.Value!));
        }

        return reports;
    }

    // Where others are at work a process may need longer for its answer than the command gives it.
    private static async Task<JsonObject> AskAsync(DataDirectory directory)
    {
        var question = new StatusQuestion(Listings: true).ToString();
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await StatusClient.AskAllAsync(directory, question, TestContext.Current.CancellationToken);
            }
            catch (CommandException) when (tries < AskedAtMost)
            {
            }
        }
    }

    protected string LinkKey => Path.Combine(_root.FullName, "link.key");

    protected string Data(string name) => Path.Combine(_root.FullName, name);

    protected static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    protected static string At(int port) => $"{Host}:{Text(port)}";

    private static IEnumerable<JsonNode> FindNodes(JsonNode? node, string name) => node is JsonObject all
        ? all.SelectMany(p => p.Key == name && p.Value is not null ? [p.Value] : FindNodes(p.Value, name))
        : [];

    private static IEnumerable<long> Find(JsonNode? node, string name) => node switch
    {
        JsonObject all => all.SelectMany(p => (p.Key == name, p.Value) switch
        {
            (true, JsonValue value) => [value.GetValue<long>()],
            (true, JsonArray list) => [list.Count],
            _ => Find(p.Value, name),
        }),
        JsonArray items => items.SelectMany(i => Find(i, name)),
        _ => [],
    };
}
