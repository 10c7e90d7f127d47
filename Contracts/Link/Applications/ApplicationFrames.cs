using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications;

/// <summary>Application to hub: no longer offers a service; its open channels stay.
/// <code>service uint32</code></summary>
public readonly record struct Withdraw(ServiceType Service) : ILinkPayload<Withdraw>
{
    public static LinkKind Kind => LinkKind.Withdraw;

    public static Withdraw Read(ref WireReader reader) => new(new ServiceType(reader.ReadUInt32()));

    public void Write(ref WireWriter writer) => writer.WriteUInt32(Service.Value);
}

/// <summary>Application to hub: how busy it is, for the choice among providers.
/// <code>load uint16  0 idle .. 1000 full</code></summary>
public readonly record struct Load(ushort PerMille) : ILinkPayload<Load>
{
    public static LinkKind Kind => LinkKind.Load;

    public static Load Read(ref WireReader reader) => new(reader.ReadUInt16());

    public void Write(ref WireWriter writer) => writer.WriteUInt16(PerMille);
}

/// <summary>Application to hub: which community events it wants. The hub answers with the present state as events, ended by
/// <see cref="SnapshotComplete"/>, then sends changes.
/// <code>kinds uint32  CommunityEventKinds</code></summary>
public readonly record struct Subscribe(CommunityEventKinds Kinds) : ILinkPayload<Subscribe>
{
    public static LinkKind Kind => LinkKind.Subscribe;

    public static Subscribe Read(ref WireReader reader) => new((CommunityEventKinds)reader.ReadUInt32());

    public void Write(ref WireWriter writer) => writer.WriteUInt32((uint)Kinds);
}
