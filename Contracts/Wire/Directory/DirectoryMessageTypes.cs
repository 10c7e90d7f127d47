namespace Sametime.Contracts.Wire.Directory;

/// <summary>
/// Message types on a directory channel (service <c>0x1a</c>), which a client opens once and the Directory service answers. Requests and
/// answers share their numbers. Types not listed here are ignored. Only the list of books is known from the wire; the layouts of the other
/// answers are this project's choice, for its own clients. Source: community protocol, directory.
/// </summary>
public static class DirectoryMessageTypes
{
    /// <summary>From client: <see cref="DirectoryListRequest"/>. To client: <see cref="DirectoryList"/>.</summary>
    public const ushort List = 0x0000;

    /// <summary>From client: <see cref="DirectoryOpen"/>. To client: <see cref="DirectoryOpened"/>.</summary>
    public const ushort Open = 0x0001;

    /// <summary>From client: <see cref="DirectoryClose"/>.</summary>
    public const ushort Close = 0x0002;

    /// <summary>From client: <see cref="DirectorySearch"/>. To client: <see cref="DirectoryFound"/>.</summary>
    public const ushort Search = 0x0003;
}
