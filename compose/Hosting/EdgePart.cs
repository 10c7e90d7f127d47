using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Sametime.Compose.Observability;
using Sametime.Compose.Settings;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Tcp;
using Sametime.Contracts.Loop.Tcp;
using Sametime.Edge;
using Sametime.Edge.Limits;
using Sametime.Edge.Links;

namespace Sametime.Compose.Hosting;

/// <summary>The Edge of a process, and the port on which Edges chained behind it link up, if it has one.</summary>
internal sealed class EdgePart : IPart
{
    private readonly ServerProcess _process;
    private readonly EdgeOptions _options;
    private readonly EdgeServer _edge;
    private readonly byte[] _key;
    private readonly IPEndPoint? _linkEndPoint;
    private readonly Meter _meter = new("Sametime.Edge");
    private TcpLinkListener? _listener;

    /// <param name="process">The process it lives in.</param>
    /// <param name="options">Where it listens; what the command line says is in it already.</param>
    /// <param name="hubHere">How the hub of this process is reached; null when it has none, and then the options name hubs.</param>
    /// <param name="key">The key of the community's links.</param>
    /// <param name="linkEndPoint">Where outer Edges link up; null for nowhere.</param>
    public EdgePart(ServerProcess process, EdgeOptions options, ILinkDialer? hubHere, byte[] key, IPEndPoint? linkEndPoint)
    {
        (_process, _options, _key, _linkEndPoint) = (process, options, key, linkEndPoint);
        var log = process.Logs.CreateLogger<EdgePart>();
        var dialer = new HubDialer(
            process.Loop, options.Name, key, process.Settings.Get<LinkOptions>("Link"), process.Settings.Get<TcpOptions>("Tcp"),
            (where, failure) => PartLog.LinkFailed(log, where, failure.Why));
        Upstream[] upstreams = hubHere is null
            ? [.. options.Hubs.Select(hub => new Upstream(hub, dialer.Dial([hub])!))]
            : [new Upstream("the hub", dialer.Over(hubHere, "the hub"))];
        try
        {
            _edge = new EdgeServer(
                process.Loop, options, process.Settings.Get<LimitsOptions>("Edge:Limits"), upstreams,
                process.Settings.Get<LegacyOptions>("Legacy").ToPolicy(process.Settings.Get<UnsafeOptions>("Unsafe")), process.Logs.CreateLogger<EdgeServer>(),
                dialer, process.Settings.Get<TcpOptions>("Tcp"));
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
        CounterInstruments.Show(_meter, "sametime.edge", _edge.Counters);
        _meter.CreateObservableGauge("sametime.edge.clients", () => _edge.LoggedIn, "{client}", "Clients logged in through this Edge now.");
        _meter.CreateObservableGauge("sametime.edge.uplink_queued_bytes", () => _edge.UplinkQueuedBytes, "By", "Bytes that wait for hubs.");
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

    public Health CheckHealth() => _edge.Snapshot().Upstream is null ? Health.NotReady("no link to a hub") : Health.Ready;

    public Task StopAsync()
    {
        _listener?.Dispose();
        return _edge.DrainAsync();
    }

    public ValueTask DisposeAsync()
    {
        _meter.Dispose();
        return ValueTask.CompletedTask;
    }
}
