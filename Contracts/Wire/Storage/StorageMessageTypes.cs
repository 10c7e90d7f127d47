namespace Sametime.Contracts.Wire.Storage;

/// <summary>
/// Message types on a storage channel (service <c>0x18</c>), which a client opens once and the User Storage service answers.
/// Types not listed here are ignored. Source: community protocol, storage.
/// </summary>
public static class StorageMessageTypes
{
    /// <summary>From client: <see cref="StorageLoad"/>.</summary>
    public const ushort Load = 0x0004;

    /// <summary>To client: <see cref="StorageLoaded"/>.</summary>
    public const ushort Loaded = 0x0005;

    /// <summary>From client: <see cref="StorageSave"/>.</summary>
    public const ushort Save = 0x0006;

    /// <summary>To client: <see cref="StorageSaved"/>.</summary>
    public const ushort Saved = 0x0007;
}
