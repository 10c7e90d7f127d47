using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Crypto;
using Sametime.Edge;
using Sametime.Edge.Limits;
using Sametime.Edge.Links;
using Sametime.Tests.Kit.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Edge.Support;

/// <summary>One Edge on a loop that the test turns, with a hub that the test plays and clients that it types for.</summary>
internal sealed class EdgeWorld : IDisposable
{
    /// <param name="limits">Bounds that differ from the usual.</param>
    /// <param name="options">Settings that differ from the usual.</param>
    /// <param name="hubs">The hubs that the Edge is told of; <see cref="Hub"/> alone if none is given.</param>
    public EdgeWorld(Action<LimitsOptions>? limits = null, Action<EdgeOptions>? options = null, params HubEnd[] hubs)
    {
        Hub = hubs.Length > 0 ? hubs[0] : new HubEnd();
        var edgeOptions = new EdgeOptions { Name = "edge-1", ListenAddress = "", Tls = TlsMode.Off };
        options?.Invoke(edgeOptions);
        Limits = new LimitsOptions { KeyPairsReady = 1 };
        limits?.Invoke(Limits);
        Edge = new EdgeServer(
            Loop, edgeOptions, Limits, [.. (hubs.Length > 0 ? hubs : [Hub]).Select(static hub => new Upstream(hub.Peer.Name, hub))], AnywherePolicy, NullLogger<EdgeServer>.Instance,
            Dialer, offLoop: OffLoop);
        _ = Edge.StartAsync();
        Loop.RunUntilIdle();
    }

    /// <summary>Clients of tests come from 192.0.2.0/24 and may log in outside TLS; plain passwords only from .66.</summary>
    public static CryptoPolicy AnywherePolicy => new(new CryptoPolicyOptions
    {
        AllowFrom = [System.Net.IPNetwork.Parse("192.0.2.0/24"), System.Net.IPNetwork.Parse("127.0.0.0/8")],
        WeakAuthTypesFrom = [System.Net.IPNetwork.Parse("192.0.2.66/32")],
    });

    public ManualLoop Loop { get; } = new();

    /// <summary>The first hub.</summary>
    public HubEnd Hub { get; }

    /// <summary>Leads to hubs that the Edge is not told of.</summary>
    public FixedDialer Dialer { get; } = new();

    /// <summary>Who does the Edge's public-key work.</summary>
    public InlineScheduler OffLoop { get; } = new();

    public LimitsOptions Limits { get; }

    public EdgeServer Edge { get; }

    public TestClient Connect(string? address = "192.0.2.7", bool isPrivate = false)
    {
        var client = new TestClient(this, new WireEnd(address, isPrivate, Loop.Time));
        Loop.Run(() => Edge.Accept(client.Wire));
        return client;
    }

    /// <summary>Connects and says who it is; no hub has answered yet.</summary>
    public TestClient Ask(string name = "alice", string password = "secret")
    {
        var client = Connect();
        client.Handshake();
        client.Login(name, password);
        return client;
    }

    public TestClient LogIn(string name = "alice", string address = "192.0.2.7")
    {
        var client = Connect(address);
        client.Handshake();
        client.Login(name, "secret");
        client.Handle = Hub.LastAttach().Handle;
        Loop.Run(() => Hub.AcceptLogin(client.Handle, client.Handle));
        client.Wire.ForgetSent();
        return client;
    }

    public void Pass(double seconds) => Loop.Advance(TimeSpan.FromSeconds(seconds));

    public void Dispose() => Loop.Dispose();
}
