using Sametime.Contracts.Link;
using Sametime.Contracts.Loop;

namespace Sametime.Broker.Links;

/// <summary>Dials a hub over the broker, at the queue that it has now; <paramref name="address"/> gives null when that is not known.</summary>
internal sealed class BrokerLinkDialer(BrokerMailbox mailbox, Func<BrokerAddress?> address, LinkOptions options) : ILinkDialer
{
    public async Task<IByteStream> DialAsync() => address() is { } known
        ? await mailbox.DialAsync(known, options.ConnectTimeout)
        : throw new BrokerUnreachableException("the hub has not been heard of since");
}
