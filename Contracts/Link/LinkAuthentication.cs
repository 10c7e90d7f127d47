using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link;

/// <summary>
/// Decides who is at the other end before a link opens, without any I/O of its own: frames go in, frames to send and a
/// verdict come out.
/// <code>
/// connecting end            accepting end
///   Hello          --->
///                  &lt;---     Challenge    (or Refused: role or address)
///   Proof          --->
///                  &lt;---     Welcome      (or Refused: proof)
/// </code>
/// </summary>
internal sealed class LinkAuthentication
{
    private readonly LinkIdentity _me;
    private readonly LinkTrust? _trust;
    private readonly ReadOnlyMemory<byte> _key;
    private readonly ushort? _hub;
    private LinkHello? _hello;
    private LinkChallenge? _challenge;
    private byte[] _transcript = [];
    private LinkKind _expected;

    private LinkAuthentication(LinkIdentity me, LinkTrust? trust, ReadOnlyMemory<byte> key, IPAddress? address, ushort? hub, LinkKind expected)
    {
        _me = me;
        _trust = trust;
        _key = key;
        _hub = hub;
        Address = address;
        _expected = expected;
    }

    /// <summary>Where the other end is; null in process. Known also when the connection is gone.</summary>
    public IPAddress? Address { get; }

    /// <summary>Set when the other end is who it says.</summary>
    public LinkPeer? Peer { get; private set; }

    /// <summary>Set with <see cref="Peer"/>.</summary>
    public LinkKeys? Keys { get; private set; }

    /// <summary>Set when there will be no link.</summary>
    public LinkFailure? Failure { get; private set; }

    /// <summary>True when the other end has to be told of <see cref="Failure"/>.</summary>
    public bool IsRefusedHere { get; private set; }

    /// <summary>The connecting end; writes its first frame. A hub at the other end must be <paramref name="hub"/> where that is known.</summary>
    public static LinkAuthentication Connecting(
        LinkIdentity me, ReadOnlyMemory<byte> key, IPAddress? address, ushort? hub, IBufferWriter<byte> output)
    {
        var hello = new LinkHello(LinkLimits.Version, me.Role, me.Name, me.HubNumber, NewNonce());
        LinkFrameWriter.Write(output, 0, hello);
        return new LinkAuthentication(me, null, key, address, hub, LinkKind.Challenge) { _hello = hello };
    }

    /// <summary>The accepting end. A hub at the other end must be <paramref name="hub"/> where that is known.</summary>
    public static LinkAuthentication Accepting(LinkIdentity me, LinkTrust trust, IPAddress? address, ushort? hub) =>
        new(me, trust, trust.Key, address, hub, LinkKind.Hello);

    /// <summary>Takes the next frame; may write an answer.</summary>
    public void Take(in LinkFrame frame, IBufferWriter<byte> output)
    {
        var reader = new WireReader(frame.Payload);
        if (frame.Kind == LinkKind.Refused && _trust is null)
        {
            var refused = LinkRefused.Read(ref reader);
            Failure = new LinkFailure(refused.Reason, $"The other end refused the link: {refused.Why}", Address);
            return;
        }
        if (frame.Kind != _expected)
        {
            Refuse(Reason.NotAuthorized, $"A frame of kind {frame.Kind} came where {_expected} was due.");
            return;
        }
        switch (frame.Kind)
        {
            case LinkKind.Hello:
                OnHello(LinkHello.Read(ref reader), reader.Error, output);
                break;
            case LinkKind.Challenge:
                OnChallenge(LinkChallenge.Read(ref reader), reader.Error, output);
                break;
            case LinkKind.Proof:
                OnProof(LinkProof.Read(ref reader).Proof, output);
                break;
            default:
                OnWelcome(LinkWelcome.Read(ref reader).Proof);
                break;
        }
    }

    /// <summary>Ends it from outside, e.g. when time is up.</summary>
    public void Refuse(Reason reason, string why)
    {
        Failure = new LinkFailure(reason, why, Address);
        IsRefusedHere = true;
    }

    private static byte[] NewNonce() => RandomNumberGenerator.GetBytes(LinkLimits.NonceBytes);

    private void OnHello(LinkHello hello, WireError? error, IBufferWriter<byte> output)
    {
        if (error is not null || !LinkLimits.IsName(hello.Name))
            Refuse(Reason.BadData, "The Hello frame is not well formed.");
        else if (hello.Version != LinkLimits.Version)
            Refuse(Reason.VersionMismatch, $"This end speaks version {LinkLimits.Version} of the link protocol, the other {hello.Version}.");
        else if (!_trust!.IsAccepted(hello.Role))
            Refuse(Reason.NotAuthorized, $"Links of the role {hello.Role} are not accepted here.");
        else if (!_trust.IsListed(hello.Role, Address) && !_trust.IsTrustedByAddressAlone(hello.Role, Address))
            Refuse(Reason.NotAuthorized, $"The address {Address} is not listed for the role {hello.Role}.");
        else if (!IsHubExpected(hello.Role, hello.HubNumber))
            RefuseHub(hello.HubNumber);
        if (Failure is not null)
            return;

        _hello = hello;
        _challenge = new LinkChallenge(NewNonce(), _me.Role, _me.Name, _me.HubNumber);
        _transcript = Transcript(hello, _challenge);
        _expected = LinkKind.Proof;
        LinkFrameWriter.Write(output, 0, _challenge);
    }

    private void OnChallenge(LinkChallenge challenge, WireError? error, IBufferWriter<byte> output)
    {
        if (error is not null || !LinkLimits.IsName(challenge.Name))
        {
            Refuse(Reason.BadData, "The Challenge frame is not well formed.");
            return;
        }
        if (!IsHubExpected(challenge.Role, challenge.HubNumber))
        {
            RefuseHub(challenge.HubNumber);
            return;
        }
        _challenge = challenge;
        _transcript = Transcript(_hello!, challenge);
        _expected = LinkKind.Welcome;
        LinkFrameWriter.Write(output, 0, new LinkProof(LinkKeys.ProofOfConnecting(_key.Span, _transcript)));
    }

    // All hubs know the same key, so what the carrier knows is what tells them apart.
    private bool IsHubExpected(LinkRole role, ushort number) => _hub is null || role != LinkRole.Hub || number == _hub;

    private void RefuseHub(ushort number) =>
        Refuse(Reason.NotAuthorized, $"The other end says that it is hub {number}, but it is reached as hub {_hub}.");

    private void OnProof(byte[] proof, IBufferWriter<byte> output)
    {
        if (!_key.IsEmpty && _trust!.IsListed(_hello!.Role, Address) && IsProof(proof, _key))
            Welcome(_key, output);
        else if (_trust!.IsTrustedByAddressAlone(_hello!.Role, Address) && IsProof(proof, default))
            Welcome(default, output);
        else
            Refuse(Reason.NotAuthorized, $"The {_hello.Role} \"{_hello.Name}\" does not know the shared key.");
    }

    private bool IsProof(byte[] proof, ReadOnlyMemory<byte> key) =>
        CryptographicOperations.FixedTimeEquals(proof, LinkKeys.ProofOfConnecting(key.Span, _transcript));

    private void Welcome(ReadOnlyMemory<byte> key, IBufferWriter<byte> output)
    {
        Keys = LinkKeys.Derive(key.Span, _transcript, isConnecting: false);
        Peer = new LinkPeer(_hello!.Role, _hello.Name, _hello.HubNumber, Address);
        LinkFrameWriter.Write(output, 0, new LinkWelcome(LinkKeys.ProofOfAccepting(key.Span, _transcript)));
    }

    private void OnWelcome(byte[] proof)
    {
        if (!CryptographicOperations.FixedTimeEquals(proof, LinkKeys.ProofOfAccepting(_key.Span, _transcript)))
        {
            Refuse(Reason.NotAuthorized, $"The accepting end \"{_challenge!.Name}\" does not know the shared key.");
            return;
        }
        Keys = LinkKeys.Derive(_key.Span, _transcript, isConnecting: true);
        Peer = new LinkPeer(_challenge!.Role, _challenge.Name, _challenge.HubNumber, Address);
    }

    private static byte[] Transcript(LinkHello hello, LinkChallenge challenge)
    {
        var bytes = new ArrayBufferWriter<byte>();
        LinkFrameWriter.Write(bytes, 0, hello);
        LinkFrameWriter.Write(bytes, 0, challenge);
        return bytes.WrittenSpan.ToArray();
    }
}
