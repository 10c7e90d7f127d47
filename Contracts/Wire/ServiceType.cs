namespace Sametime.Contracts.Wire;

/// <summary>Number that names a service (u32). Source: community protocol, services.</summary>
public readonly record struct ServiceType(uint Value)
{
    public override string ToString() => $"0x{Value:x8}";
}

/// <summary>Number that names what is spoken inside a channel of a service (u32); each has versions of its own.</summary>
public readonly record struct ProtocolType(uint Value)
{
    public override string ToString() => $"0x{Value:x8}";
}

/// <summary>The services that clients know by number.</summary>
public static class ServiceTypes
{
    public static ServiceType Awareness => new(0x0000_0011);

    public static ServiceType Resolve => new(0x0000_0015);

    public static ServiceType Storage => new(0x0000_0018);

    public static ServiceType Directory => new(0x0000_001a);

    /// <summary>Client to client, one channel a file.</summary>
    public static ServiceType FileTransfer => new(0x0000_0038);

    /// <summary>Client to client, one channel a conversation.</summary>
    public static ServiceType InstantMessage => new(0x0000_1000);

    /// <summary>Ours: tokens for the user's other programs.</summary>
    public static ServiceType Tokens => new(0x00c1_0001);

    public static ServiceType Conference => new(0x8000_0010);

    public static ServiceType Place => new(0x8000_0022);
}

/// <summary>The protocol type that goes with each service of <see cref="ServiceTypes"/>.</summary>
public static class ProtocolTypes
{
    public static ProtocolType Awareness => new(0x0000_0011);

    public static ProtocolType Resolve => new(0x0000_0015);

    public static ProtocolType Storage => new(0x0000_0025);

    public static ProtocolType Directory => new(0x0000_001c);

    public static ProtocolType FileTransfer => new(0x0000_0000);

    public static ProtocolType InstantMessage => new(0x0000_1000);

    public static ProtocolType Tokens => new(0x00c1_0001);

    public static ProtocolType Conference => new(0x0000_0010);

    public static ProtocolType Place => new(0x0000_0000);
}

/// <summary>The protocol version (u32) that the known clients speak with each service.</summary>
public static class ProtocolVersions
{
    public const uint Awareness = 0x0003_0005;
    public const uint Resolve = 0;
    public const uint Storage = 1;
    public const uint Directory = 5;
    public const uint FileTransfer = 1;
    public const uint InstantMessage = 3;
    public const uint Conference = 2;
    public const uint Place = 5;
    public const uint Tokens = 1;
}
