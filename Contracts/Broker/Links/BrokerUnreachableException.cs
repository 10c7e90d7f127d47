namespace Sametime.Broker.Links;

/// <summary>No stream to a hub could be made: it has no queue on the broker, does not answer, or the broker is away.</summary>
internal sealed class BrokerUnreachableException(string why) : IOException(why);
