namespace Sametime.Contracts.Wire.Resolve;

/// <summary>
/// The one message type on a resolve channel (service <c>0x15</c>), which a client opens once and the Resolve service answers.
/// Other types are ignored. Source: community protocol, resolve.
/// </summary>
public static class ResolveMessageTypes
{
    /// <summary>From client: <see cref="ResolveRequest"/>. To client: <see cref="ResolveResponse"/>.</summary>
    public const ushort Resolve = 0x0002;
}
