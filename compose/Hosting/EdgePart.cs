using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Sametime.Compose.Settings;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Tcp;
using Sametime.Contracts.Loop.Tcp;
using Sametime.Edge;
using Sametime.Edge.Limits;

namespace Sametime.Compose.Hosting;

/// <summary>The Edge of a process, and the port on which Edges chained behind it link up, if it has one.</summary>
internal sealed class EdgePart : IPart
{
    private readonly ServerProcess _process;
    private readonly EdgeOptions _options;
    private readonly EdgeServer _edge;
    private readonly byte[] _key;
    private readonly IPEndPoint? _linkEndPoint;
    private TcpLinkListener? _listener;

    /// <param name="process">The process it lives in.</param>
    /// <param name="options">Where it listens; what the command line says is in it already.</param>
    /// <param name="dialer">How the hub, or the inner Edge, is reached.</param>
    /// <param name="key">The key of the community's links.</param>
    /// <param name="upstream">What the upstream is called in logs.</param>
    /// <param name="linkEndPoint">Where outer Edges link up; null for nowhere.</param>
    public EdgePart(ServerProcess process, EdgeOptions options, ILinkDialer dialer, byte[] key, string upstream, IPEndPoint? linkEndPoint)
    {
        (_process, _options, _key, _linkEndPoint) = (process, options, key, linkEndPoint);
        var log = process.Logs.CreateLogger<EdgePart>();
        var connector = new LinkConnector(
            process.Loop, dialer, new LinkIdentity(LinkRole.Edge, options.Name), key, process.Settings.Get<LinkOptions>("Link"),
            new Random(Environment.ProcessId), failure => PartLog.LinkFailed(log, upstream, failure.Why));
        try
        {
            _edge = new EdgeServer(
                process.Loop, options, process.Settings.Get<LimitsOptions>("Edge:Limits"), connector,
                process.Settings.Get<LegacyOptions>("Legacy").ToPolicy(process.Settings.Get<UnsafeOptions>("Unsafe")), process.Logs.CreateLogger<EdgeServer>(),
                process.Settings.Get<TcpOptions>("Tcp"));
        }
        catch (InvalidOperationException e)
        {
            throw new CommandException(ExitCode.Usage, e.Message);
        }
    }

    public string Name => "edge";

    /// <summary>What a process with this Edge is called in its data directory, which several Edges may share.</summary>
    public static string RoleOf(EdgeOptions options) => $"edge-{options.Name}";

    /// <summary>Where clients connect, once it listens.</summary>
    public IPEndPoint EndPoint => new(IPAddress.Parse(_options.ListenAddress), _edge.Port);

    public void Start()
    {
        if (_linkEndPoint is not null)
        {
            var trust = _process.Settings.Get<TrustOptions>("Trust").ToTrust(_key, _process.Settings.Get<UnsafeOptions>("Unsafe"), LinkRole.Edge);
            var log = _process.Logs.CreateLogger<EdgePart>();
            _listener = Listening.On(_linkEndPoint, "--link-port", () => new TcpLinkListener(
                _process.Loop, _linkEndPoint, new LinkIdentity(LinkRole.Edge, _options.Name), trust, _process.Settings.Get<LinkOptions>("Link"),
                _process.Settings.Get<TcpOptions>("Tcp"), _edge.OuterLinks, failure => PartLog.LinkRefused(log, failure.Address, failure.Why)));
        }
    }

    /// <summary>Opens the community port; done when it listens.</summary>
    public async Task ListenAsync()
    {
        try
        {
            await _edge.StartAsync();
        }
        catch (SocketException e)
        {
            throw Listening.Explain($"{_options.ListenAddress}:{_options.Port}", "--port", e);
        }
    }

    public JsonNode Describe(bool listings)
    {
        var report = ReportJson.Node(_edge.Snapshot())!.AsObject();
        report["linkPort"] = _listener?.LocalEndPoint.Port;
        if (listings)
        {
            report["connectionList"] = ReportJson.Node(_edge.ListConnections());
        }

        return report;
    }

    public Task StopAsync()
    {
        _listener?.Dispose();
        return _edge.DrainAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
