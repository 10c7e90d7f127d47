namespace Sametime.Contracts.Wire.FileTransfer;

/// <summary>
/// The next bytes of the file; Pidgin sends 8 KiB at a time. One piece is under way at a time.
/// <code>
/// bytes  all of the data, without a length of their own
/// </code>
/// Direction: sender to receiver. Answer: <see cref="FileReceived"/>. After the answer to the last piece the sender destroys the channel
/// with <see cref="Reason.Success"/>. Source: community protocol, file transfer.
/// </summary>
public readonly record struct FilePiece(Opaque Bytes) : IPayload<FilePiece>
{
    public static ushort MessageType => FileTransferMessageTypes.Piece;

    public static FilePiece Read(ref WireReader reader) => new(Bytes: new Opaque(reader.ReadRest()));

    public void Write(ref WireWriter writer) => writer.WriteBytes(Bytes.Span);
}
