using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Sametime.Tests.Kit.Servers;

/// <summary>Ports of this machine for servers that are killed and come back where they were.</summary>
public static class Ports
{
    // Below those that the system gives to outgoing connections, one of which would else have it while the server is away; and below those of
    // tests/services.
    private const int First = 10_000;
    private const int End = 20_000;
    private const int Attempts = 1_000;

    private static readonly ConcurrentDictionary<int, bool> Given = [];

    /// <summary>One that nobody listens on, and that nobody else here was given.</summary>
    public static int Free()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            if (Given.TryAdd(port, true) && IsFree(port))
                return port;
        }

        throw new InvalidOperationException($"No port from {First} to {End} is free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
