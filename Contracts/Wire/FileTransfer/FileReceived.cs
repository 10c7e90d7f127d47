namespace Sametime.Contracts.Wire.FileTransfer;

/// <summary>
/// The piece has arrived, send the next. The data is empty, and never encrypted, also on an encrypted channel.
/// Direction: receiver to sender. Answer: the next <see cref="FilePiece"/>. Source: community protocol, file transfer.
/// </summary>
public readonly record struct FileReceived : IPayload<FileReceived>
{
    public static ushort MessageType => FileTransferMessageTypes.Received;

    public static FileReceived Read(ref WireReader reader) => default;

    public void Write(ref WireWriter writer)
    {
        // Nothing to say but that it has arrived.
    }
}
