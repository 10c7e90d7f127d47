using System.Net;
using System.Security.Cryptography;
using Sametime.Tests.Kit.Servers;
using Sametime.Tests.Trials.Saving;

namespace Sametime.Tests.Trials.Servers;

/// <summary>Hub, server applications and Edge as processes of their own, on the embedded store.</summary>
internal sealed class SplitServer : IAsyncDisposable
{
    private const int KeyDigits = 64;

    private readonly ProgramProcess[] _processes;

    public SplitServer(string root)
    {
        Data = Path.Combine(root, "hub");
        var (key, link) = (Path.Combine(root, "link.key"), $"{IPAddress.Loopback}:{Ports.Free()}");
        File.WriteAllText(key, RandomNumberGenerator.GetHexString(KeyDigits, lowercase: true));
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Door = new IPEndPoint(IPAddress.Loopback, Ports.Free());
        Services = new ProgramProcess("services", "services", Data,
            ["services", "--data", Data, "--hub", link, "--link-key", key, .. SavingServer.ServiceSettings]);
        _processes =
        [
            new ProgramProcess("hub", "hub", Data, ["hub", "--data", Data, "--link-port", link.Split(':')[1], "--link-key", key]),
            Services,
            new ProgramProcess("edge", "edge", Path.Combine(root, "edge"),
            [
                "edge", "--data", Path.Combine(root, "edge"), "--host", Door.Address.ToString(), "--port", Door.Port.ToString(CultureInfo.InvariantCulture),
                "--hub", link, "--link-key", key, "--Edge:Tls=Off",
            ]),
        ];
    }

    /// <summary>Where hub and server applications keep everything.</summary>
    public string Data { get; }

    public IPEndPoint Door { get; }

    public ProgramProcess Services { get; }

    /// <summary>Starts what does not run.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        foreach (var process in _processes)
            await process.StartAsync(stop);
    }

    public Saver Saver(int user, Ledger ledger) => new(Door, SavingServer.NameOf(user), SavingServer.Password, ledger);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Reverse())
            await process.DisposeAsync();
    }
}
