using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Sametime.Tests.Interop.Servers;

/// <summary>
/// Stands between clients and a server, passes on every byte and keeps a copy, as anybody on the way could. It may carry the bytes
/// on through TLS: what a client without TLS of its own is put behind.
/// </summary>
internal sealed class Recorder : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _serverPort;
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;
    private readonly Lock _lock = new();
    private readonly MemoryStream _fromClients = new();
    private readonly MemoryStream _fromServer = new();

    private Recorder(int serverPort, X509Certificate2? certificate)
    {
        (_serverPort, _certificate) = (serverPort, certificate);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public byte[] FromClients => Copy(_fromClients);

    public byte[] FromServer => Copy(_fromServer);

    /// <summary>Starts one; with the certificate that the server must show, it carries the bytes on through TLS.</summary>
    public static Recorder Before(int serverPort, X509Certificate2? certificate = null) => new(serverPort, certificate);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
        _certificate?.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _serverPort, _stop.Token);
                await using var upstream = await OpenAsync(server);
                var both = new[] { CopyAsync(client.GetStream(), upstream, _fromClients), CopyAsync(upstream, client.GetStream(), _fromServer) };
                await Task.WhenAny(both);
                // Whoever ends first ends both, as on a wire that is cut: the bytes before it have been passed on.
                server.Close();
                client.Close();
                await Task.WhenAll(both);
            }
            catch (Exception end) when (end is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The connection is over, and each side sees that by itself.
            }
        }
    }

    private async Task<Stream> OpenAsync(TcpClient server)
    {
        if (_certificate is null)
        {
            return server.GetStream();
        }

        var tls = new SslStream(server.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            // The server made it itself: no authority vouches for it, so it is this very one or none.
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == _certificate.GetCertHashString(),
        };
        await tls.AuthenticateAsClientAsync(options, _stop.Token);
        return tls;
    }

    private async Task CopyAsync(Stream from, Stream to, MemoryStream record)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, _stop.Token)) > 0)
        {
            lock (_lock)
            {
                record.Write(buffer, 0, read);
            }

            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }

    private byte[] Copy(MemoryStream record)
    {
        lock (_lock)
        {
            return record.ToArray();
        }
    }
}
