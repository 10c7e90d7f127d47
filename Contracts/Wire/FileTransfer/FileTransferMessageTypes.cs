namespace Sametime.Contracts.Wire.FileTransfer;

/// <summary>
/// Message types on a file transfer channel (service <c>0x38</c>, client to client, one channel a file). The hub only routes.
/// Source: community protocol, file transfer.
/// </summary>
public static class FileTransferMessageTypes
{
    /// <summary>From the sender: <see cref="FilePiece"/>.</summary>
    public const ushort Piece = 0x0001;

    /// <summary>From the receiver: <see cref="FileReceived"/>.</summary>
    public const ushort Received = 0x0002;
}
