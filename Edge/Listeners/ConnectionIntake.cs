using System.Net;
using System.Net.Sockets;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Edge.Clients;
using Sametime.Edge.Limits;

namespace Sametime.Edge.Listeners;

/// <summary>
/// Takes a new connection in, or turns it away; then its first byte decides. From a load balancer it is first told whose connection
/// it is, and goes by that address in all that follows.
/// </summary>
internal sealed class ConnectionIntake(
    ClientRegistry registry, ConnectionGate gate, CertificateSource? certificates, IReadOnlyList<IPNetwork> balancers, EdgeLog log)
{
    private readonly ProxyComplaints _complaints = new(registry.Clock, log);
    private int _lingering;
    private int _waitingForHeader;

    /// <param name="stream">A stream that nobody has started.</param>
    /// <param name="socket">The socket under it; null in process.</param>
    public void Take(IByteStream stream, Socket? socket = null)
    {
        var address = stream.Remote?.Address;
        if (address is not null && IsBalancer(address))
        {
            TakeProxied(stream, socket, address);
        }
        else if (Admit(stream, socket, address) is { } sink)
        {
            stream.Start(sink);
            TellIfRefused(stream, sink);
        }
    }

    private void TakeProxied(IByteStream stream, Socket? socket, IPAddress balancer)
    {
        if (_waitingForHeader >= registry.Limits.ProxyHeadersWaitingMax)
        {
            Refuse("too many of its connections wait for their PROXY header");
            stream.Abort();
            return;
        }

        _waitingForHeader++;
        new ProxiedConnection(
            registry.Loop,
            registry.Limits,
            client =>
            {
                _waitingForHeader--;
                var sink = Admit(stream, socket, client);
                TellIfRefused(stream, sink);
                return sink;
            },
            why =>
            {
                _waitingForHeader--;
                if (why is not null)
                {
                    Refuse(why);
                }
            }).Start(stream);

        void Refuse(string why)
        {
            registry.Counters.CountRefused("ProxyHeader");
            _complaints.HeaderRefused(balancer, why);
        }
    }

    // Who reads the stream from here on; null when it was aborted.
    private IByteStreamSink? Admit(IByteStream stream, Socket? socket, IPAddress? address)
    {
        var admission = gate.Admit(address, registry.Clock.Now);
        if (admission == Admission.Admitted)
        {
            var client = new ClientConnection(registry, stream, socket, address);
            registry.Add(client);
            return new FirstByteSniffer(client, certificates is null ? null : carrier => OpenTls(client, carrier), () => OnStrangeHeader(client));
        }

        registry.Counters.CountRefused(admission.ToString());
        log.Refused(address, admission);
        if (admission == Admission.Full && _lingering < registry.Limits.RefusalsLingeringMax)
        {
            _lingering++;
            return new RefusedConnection(() => _lingering--);
        }

        stream.Abort();
        return null;
    }

    private void TellIfRefused(IByteStream stream, IByteStreamSink? sink)
    {
        if (sink is RefusedConnection)
        {
            RefusedConnection.Tell(stream, Reason.ServerFull, registry.Limits.CloseLinger);
        }
    }

    private void OnStrangeHeader(ClientConnection client)
    {
        registry.Counters.CountRefused("ProxyHeader");
        _complaints.HeaderFromStranger(client.Address);
    }

    private bool IsBalancer(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in balancers)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    private TlsByteStream OpenTls(ClientConnection client, IByteStream carrier)
    {
        var tls = new TlsByteStream(registry.Loop, carrier, registry.Limits.CloseLinger, why => log.TlsFailed(client.Address, why));
        client.OnTlsHello(tls);
        tls.Start(new FirstByteSniffer(client, openTls: null, proxyHeader: null));
        tls.Authenticate(certificates!.Tls);
        return tls;
    }
}
