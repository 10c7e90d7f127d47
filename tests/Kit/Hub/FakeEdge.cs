using System.Buffers.Binary;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Kit.Hub;

/// <summary>An Edge as the hub sees it: attaches clients, fans out, and confirms each Detach.</summary>
public sealed class FakeEdge
{
    private readonly ManualLoop _loop;
    private readonly ILinkHandler _hub;
    private readonly Dictionary<uint, FakeClient> _clients = [];
    private uint _lastHandle;

    public FakeEdge(ManualLoop loop, ILinkHandler hub, string name)
    {
        (_loop, _hub, Name) = (loop, hub, name);
        Link = new FakeLink(FakeLink.Edge(name), OnSent);
        hub.OnLinkOpened(Link);
    }

    public string Name { get; }

    public FakeLink Link { get; }

    /// <summary>Frames from the hub, by kind.</summary>
    public List<SentFrame> Frames { get; } = [];

    public IReadOnlyCollection<FakeClient> Clients => _clients.Values;

    /// <summary>Handles that neither side has let go.</summary>
    public int OpenHandles => _clients.Count;

    /// <summary>A client that has shaken hands says who it is. Whether it is let in shows when the loop has run.</summary>
    public FakeClient Attach(string loginName, string password = "secret", string address = "127.0.0.1", ClientType type = ClientType.Meanwhile, params string[] outerEdges) =>
        Attach(loginName, password, address, type, redirects: 0, outerEdges);

    /// <summary>The same, of a client that hubs have sent on before.</summary>
    public FakeClient Attach(string loginName, string password, string address, ClientType type, byte redirects, params string[] outerEdges)
    {
        var client = new FakeClient(this, ++_lastHandle);
        _clients.Add(client.Handle, client);
        var bytes = System.Net.IPAddress.Parse(address).GetAddressBytes();
        var attach = new Attach(
            type, 0x1d, loginName, CredentialKind.Password, Link.Seal(System.Text.Encoding.UTF8.GetBytes(password)),
            AuthType.Plain, TransportSecurity.Tls, new Opaque(bytes), [.. outerEdges, Name], redirects);
        Deliver(LinkKind.Attach, client.Handle, Bytes.Of(attach));
        return client;
    }

    /// <summary>Attaches, lets the loop run, and expects to be let in.</summary>
    public FakeClient LogIn(string loginName, string address = "127.0.0.1")
    {
        var client = Attach(loginName, address: address);
        _loop.RunUntilIdle();
        if (client.LoginId is null)
            throw new InvalidOperationException($"{loginName} was not let in: {client.EndedBecause}");
        return client;
    }

    /// <summary>A frame from the Edge to the hub, then everything that follows from it.</summary>
    public void Deliver(LinkKind kind, uint handle, byte[] payload)
    {
        _hub.OnLinkFrame(Link, new LinkFrame(kind, handle, payload));
        _loop.RunUntilIdle();
    }

    /// <summary>The link breaks.</summary>
    public void Break(Reason reason = Reason.ConnectionBroken)
    {
        Link.IsDead = true;
        _clients.Clear();
        _hub.OnLinkClosed(Link, reason);
        _loop.RunUntilIdle();
    }

    internal void Release(FakeClient client, Reason reason)
    {
        client.HasDetached = true;
        Deliver(LinkKind.Detach, client.Handle, Bytes.Of(new Detach(reason)));
    }

    private void OnSent(SentFrame frame)
    {
        Frames.Add(frame);
        switch (frame.Kind)
        {
            case LinkKind.Message:
                _clients[frame.Handle].Inbox.Add(frame.Payload);
                break;

            case LinkKind.Attached:
                var reader = new WireReader(frame.Payload);
                _clients[frame.Handle].OnAttached(Attached.Read(ref reader));
                break;

            case LinkKind.Detach:
                OnDetach(frame);
                break;

            case LinkKind.Redirect:
                OnRedirect(frame);
                break;

            case LinkKind.Broadcast:
                foreach (var client in _clients.Values.Where(client => client.LoginId is not null))
                    client.Inbox.Add(frame.Payload);
                break;

            case LinkKind.Fanout:
                FanOut(frame.Payload);
                break;
        }
    }

    private void OnDetach(SentFrame frame)
    {
        var reader = new WireReader(frame.Payload);
        _clients.Remove(frame.Handle, out var client);
        client!.EndedBecause = Detach.Read(ref reader).Reason;
        if (!client.HasDetached)
            _loop.Post(() => Release(client, client.EndedBecause.Value));
    }

    // For the handle the same as a Detach.
    private void OnRedirect(SentFrame frame)
    {
        var reader = new WireReader(frame.Payload);
        _clients.Remove(frame.Handle, out var client);
        client!.RedirectedTo = Redirect.Read(ref reader);
        if (!client.HasDetached)
            _loop.Post(() => Release(client, Reason.Success));
    }

    private void FanOut(byte[] payload)
    {
        if (!Fanout.TryRead(payload, out var fanout))
            throw new InvalidOperationException("A fan-out frame does not parse.");
        for (var i = 0; i < fanout.Count; i++)
        {
            var copy = fanout.Message.ToArray();
            BinaryPrimitives.WriteUInt32BigEndian(copy.AsSpan(4), fanout[i].Channel);
            _clients[fanout[i].Handle].Inbox.Add(copy);
        }
    }
}
