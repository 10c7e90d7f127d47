using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications;

/// <summary>
/// Application to hub: offers a service. Sent again, it replaces the former offer of that service.
/// <code>
/// service    uint32
/// scope      uint8    1 local (this hub's participants), 2 global (every hub's)
/// protocols  count + (protocol type uint32, version uint32) each; what it speaks, best first
/// </code>
/// </summary>
public sealed record Provide(ServiceType Service, ServiceScope Scope, Items<ServiceProtocol> Protocols) : ILinkPayload<Provide>
{
    public static LinkKind Kind => LinkKind.Provide;

    public static Provide Read(ref WireReader reader) => new(
        new ServiceType(reader.ReadUInt32()),
        (ServiceScope)reader.ReadByte(),
        reader.ReadItems(minElementBytes: 8, static (ref WireReader r) => new ServiceProtocol(new ProtocolType(r.ReadUInt32()), r.ReadUInt32())));

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Service.Value);
        writer.WriteByte((byte)Scope);
        writer.WriteUInt32((uint)Protocols.Count);
        foreach (var protocol in Protocols)
        {
            writer.WriteUInt32(protocol.Type.Value);
            writer.WriteUInt32(protocol.Version);
        }
    }
}

/// <summary>A protocol that a service speaks inside its channels.</summary>
public readonly record struct ServiceProtocol(ProtocolType Type, uint Version);

/// <summary>Who may use a service.</summary>
public enum ServiceScope : byte
{
    /// <summary>Participants of the hub its provider is logged in to.</summary>
    Local = 1,

    /// <summary>Participants of every hub of the community.</summary>
    Global = 2,
}
