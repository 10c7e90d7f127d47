using System.Net.Sockets;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Edge.Clients;
using Sametime.Edge.Limits;

namespace Sametime.Edge.Listeners;

/// <summary>Takes a new connection in, or turns it away; then its first byte decides.</summary>
internal sealed class ConnectionIntake(
    ClientRegistry registry, ConnectionGate gate, CertificateSource? certificates, EdgeLog log)
{
    private int _lingering;

    /// <param name="stream">A stream that nobody has started.</param>
    /// <param name="socket">The socket under it; null in process.</param>
    public void Take(IByteStream stream, Socket? socket = null)
    {
        var address = stream.Remote?.Address;
        var admission = gate.Admit(address, registry.Clock.Now);
        if (admission == Admission.Admitted)
        {
            var client = new ClientConnection(registry, stream, socket);
            registry.Add(client);
            stream.Start(new FirstByteSniffer(client, certificates is null ? null : carrier => OpenTls(client, carrier)));
            return;
        }

        registry.Counters.CountRefused(admission.ToString());
        log.Refused(address, admission);
        if (admission == Admission.Full && _lingering < registry.Limits.RefusalsLingeringMax)
        {
            _lingering++;
            new RefusedConnection(() => _lingering--).Tell(stream, Reason.ServerFull, registry.Limits.CloseLinger);
        }
        else
        {
            stream.Abort();
        }
    }

    private TlsByteStream OpenTls(ClientConnection client, IByteStream carrier)
    {
        var tls = new TlsByteStream(registry.Loop, carrier, registry.Limits.CloseLinger, why => log.TlsFailed(client.Address, why));
        client.OnTlsHello(tls);
        tls.Start(new FirstByteSniffer(client, openTls: null));
        tls.Authenticate(certificates!.Tls);
        return tls;
    }
}
