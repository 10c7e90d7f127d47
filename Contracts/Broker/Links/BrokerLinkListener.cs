using Sametime.Contracts.Link;
using Sametime.Contracts.Loop;

namespace Sametime.Broker.Links;

/// <summary>Accepts links over the broker. They have no address: who knows the key is let in as what the trust lists.</summary>
internal sealed class BrokerLinkListener(
    ILoop loop, LinkIdentity me, LinkTrust trust, LinkOptions options, ILinkHandler handler, Action<LinkFailure> onFailure)
{
    public void Accept(BrokerStream stream) => LinkSession.Accept(loop, stream, me, trust, options, handler, onFailure);
}
