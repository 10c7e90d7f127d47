using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Sametime.Broker;
using Sametime.Compose.Control;
using Sametime.Compose.Observability;
using Sametime.Compose.Settings;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.InProcess;
using Sametime.Contracts.Link.Tcp;
using Sametime.Contracts.Loop.Tcp;
using Sametime.Hub;

namespace Sametime.Compose.Hosting;

/// <summary>
/// The hub of a process, and where links to it are accepted: from parts of this process, on a port if it has one, and from
/// other hubs over the broker if there is one.
/// </summary>
internal sealed class HubPart : IPart
{
    private readonly ServerProcess _process;
    private readonly HubOptions _options;
    private readonly Meter _meter = new("Sametime.Hub");
    private readonly HubCore _hub;
    private readonly byte[] _key;
    private readonly LinkIdentity _identity;
    private readonly IPEndPoint? _endPoint;
    private readonly BrokerHubs? _hubs;
    private TcpLinkListener? _listener;

    public HubPart(ServerProcess process, byte[] key, IPEndPoint? endPoint)
    {
        (_process, _key, _endPoint) = (process, key, endPoint);
        _options = process.Settings.Get<HubOptions>("Hub");
        _identity = new LinkIdentity(LinkRole.Hub, _options.Name, _options.Number);
        _hub = new HubCore(process.Loop, _options, process.Incarnation, process.Publisher, process.Logs.CreateLogger<HubCore>());
        CounterInstruments.Show(_meter, "sametime.hub", _hub.Status.Counters);
        _meter.CreateObservableGauge("sametime.hub.logins", () => _hub.Status.Logins, "{login}", "Logins of this hub now.");
        _meter.CreateObservableGauge("sametime.hub.users", () => _hub.Status.Users, "{user}", "Users with a login at this hub now.");
        Local = new InProcessLinkListener(
            process.Loop, _identity, LinkTrust.OfLoopback(key, LinkRole.Edge, LinkRole.Application), LinkSettings, _hub, OnFailure);
        if (process.Settings.Get<BrokerOptions>("Broker") is { Uri.Length: > 0 } broker)
        {
            _hubs = new BrokerHubs(
                process.Loop, broker, _identity, process.Incarnation, key, LinkSettings, _hub, new Random(Environment.ProcessId),
                process.Logs.CreateLogger<BrokerHubs>())
            {
                Fenced = _ => OnFenced(),
            };
        }

        _hub.Fenced = OnFenced;
    }

    public string Name => "hub";

    /// <summary>Where parts of this process link up.</summary>
    public InProcessLinkListener Local { get; }

    /// <summary>Where others link up, once started.</summary>
    public IPEndPoint? LinkEndPoint => _listener?.LocalEndPoint;

    private LinkOptions LinkSettings => _process.Settings.Get<LinkOptions>("Link");

    public void Start()
    {
        _hubs?.Start();
        _hub.Statistics.Start();
        if (_endPoint is null)
        {
            return;
        }

        var trust = _process.Settings.Get<TrustOptions>("Trust").ToTrust(_key, _process.Settings.Get<UnsafeOptions>("Unsafe"), LinkRole.Edge, LinkRole.Application);
        _listener = Listening.On(_endPoint, "--link-port", () => new TcpLinkListener(
            _process.Loop, _endPoint, _identity, trust, LinkSettings, _process.Settings.Get<TcpOptions>("Tcp"), _hub, OnFailure));
        if (_options.LinkAddresses.Count == 0)
        {
            TellWhere(_listener.LocalEndPoint);
        }
    }

    public JsonNode Describe(bool listings)
    {
        var report = HubReport.Of(_options, _hub.Status, listings);
        if (_hubs is not null)
        {
            report["broker"] = ReportJson.Node(_hubs.Status);
        }

        report["draining"] = ReportJson.Node(_hub.Draining);
        return report;
    }

    public JsonObject? Do(string words)
    {
        if (ResolveQuestion.Parse(words) is { } looked)
        {
            return new JsonObject { ["name"] = looked.Name, ["addresses"] = ReportJson.Node(_hub.Resolve(looked.Name)) };
        }

        if (DrainQuestion.Parse(words) is not { } asked)
        {
            return null;
        }

        // Who can reach the socket is the owner of the data directory: whoever this process runs as.
        _hub.Drain(asked.Window ?? _options.DrainWindow, Environment.UserName);
        return ReportJson.Node(_hub.Draining)!.AsObject();
    }

    public Health CheckHealth() =>
        _hub.IsDraining ? Health.NotReady("it is draining")
        : _hubs is { Status.IsConnected: false } ? Health.Degraded("the broker is away, and with it the other hubs")
        : Health.Ready;

    public async Task StopAsync()
    {
        _listener?.Dispose();
        _hub.Drain();
        if (_hubs is not null)
        {
            await _hubs.DisposeAsync();
        }
    }

    public ValueTask DisposeAsync()
    {
        _meter.Dispose();
        return ValueTask.CompletedTask;
    }

    // Other hubs send Edges here; "any address of this machine" leads nobody to it.
    private void TellWhere(IPEndPoint listening)
    {
        if (listening.Address.Equals(IPAddress.Any) || listening.Address.Equals(IPAddress.IPv6Any))
        {
            PartLog.NoLinkAddress(_process.Logs.CreateLogger<HubPart>(), listening);
        }
        else
        {
            _options.LinkAddresses = [listening.ToString()];
        }
    }

    // This hub lives on elsewhere, or has lost count of its starts: nobody may stay with it, and only a person or a new start can help.
    private void OnFenced()
    {
        _hub.Fence();
        var log = _process.Logs.CreateLogger<HubPart>();
        var file = _process.Data.File("hub.incarnation");
        PartLog.Fenced(log, _options.Number, file);
        _process.End(ExitCode.Failure);
    }

    private void OnFailure(LinkFailure failure) => PartLog.LinkRefused(_process.Logs.CreateLogger<HubPart>(), failure.Address, failure.Why);
}
