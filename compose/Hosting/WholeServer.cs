using System.Net;
using System.Security.Cryptography;
using Sametime.Broker;
using Sametime.Compose.Settings;
using Sametime.Edge;

namespace Sametime.Compose.Hosting;

/// <summary>The whole server in one process, its parts joined by in-process links on one loop.</summary>
internal sealed class WholeServer : IAsyncDisposable
{
    private readonly EdgePart _edge;

    private WholeServer(ServerProcess process, ServicesPart services, EdgePart edge) => (Process, Services, _edge) = (process, services, edge);

    public ServerProcess Process { get; }

    public ServicesPart Services { get; }

    /// <summary>Where clients connect.</summary>
    public IPEndPoint EndPoint => _edge.EndPoint;

    /// <summary>Starts all parts; done when the community port is open. What was started before a failure is ended again.</summary>
    public static async Task<WholeServer> StartAsync(DataDirectory data, ServerSettings settings, EdgeOptions options, CancellationToken stop)
    {
        var process = new ServerProcess("up", ["hub", "services", EdgePart.RoleOf(options)], data, settings);
        try
        {
            // Without a broker nobody outside this process can link to it, so the key lives and dies with it.
            var key = settings.Get<BrokerOptions>("Broker").Uri.Length > 0
                ? KeyFile.OfLinks.Read(data.LinkKeyFile, create: true)
                : RandomNumberGenerator.GetBytes(KeyFile.KeyBytes);
            var hub = await process.AddAsync(new HubPart(process, key, endPoint: null));
            var dialer = hub.Local.DialerOn(process.Loop);
            var store = await ServicesPart.OpenStoreAsync(process, stop);
            var services = await process.AddAsync(new ServicesPart(process, store, dialer, key, "the hub"));
            var edge = await process.AddAsync(new EdgePart(process, options, dialer, key, linkEndPoint: null));
            await edge.ListenAsync();
            return new WholeServer(process, services, edge);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
