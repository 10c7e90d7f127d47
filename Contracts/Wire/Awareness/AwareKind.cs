namespace Sametime.Contracts.Wire.Awareness;

/// <summary>What an <see cref="AwareId"/> names. Unknown values are kept.</summary>
public enum AwareKind : ushort
{
    /// <summary>A user, by user id.</summary>
    User = 0x0002,

    /// <summary>A public group of the directory.</summary>
    PublicGroup = 0x0003,

    /// <summary>A server.</summary>
    Server = 0x0008,
}
