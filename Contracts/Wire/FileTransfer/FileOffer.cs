namespace Sametime.Contracts.Wire.FileTransfer;

/// <summary>
/// Additional data of the channel's creation: a client offers a file to another.
/// <code>
/// 0          uint32
/// file name  string   what the sender claims; receivers must strip paths
/// message    string   shown with the offer
/// size       uint32   bytes
/// 0          uint32
/// 0          uint16
/// </code>
/// Direction: both. Answer: accepting the channel starts the transfer; destroying it with <see cref="Reason.FileDeclined"/> declines.
/// Source: community protocol, file transfer.
/// </summary>
public readonly record struct FileOffer(string FileName, string Message, uint SizeBytes) : IOpaqueContent<FileOffer>
{
    public static FileOffer Read(ref WireReader reader)
    {
        _ = reader.ReadUInt32();
        var offer = new FileOffer(
            FileName: reader.ReadString(),
            Message: reader.ReadString(),
            SizeBytes: reader.ReadUInt32());
        _ = reader.ReadUInt32();
        _ = reader.ReadUInt16();
        return offer;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(0);
        writer.WriteString(FileName);
        writer.WriteString(Message);
        writer.WriteUInt32(SizeBytes);
        writer.WriteUInt32(0);
        writer.WriteUInt16(0);
    }
}
