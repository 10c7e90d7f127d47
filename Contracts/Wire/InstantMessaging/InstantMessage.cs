namespace Sametime.Contracts.Wire.InstantMessaging;

/// <summary>
/// Something said or signalled in a conversation: <see cref="ImText"/>, <see cref="ImData"/>, or <see cref="ImUnknown"/> for kinds that
/// we do not know. Conferences and places carry the same content inside their own messages.
/// <code>
/// kind  uint32   1 = ImText, 2 = ImData
/// body  by kind
/// </code>
/// Direction: both. Answer: none. Source: community protocol, IM.
/// </summary>
public abstract record InstantMessage : IPayload<InstantMessage>, IOpaqueContent<InstantMessage>
{
    public static ushort MessageType => ImMessageTypes.Message;

    /// <summary>Which of the bodies follows (u32).</summary>
    public abstract uint Kind { get; }

    public static InstantMessage Read(ref WireReader reader) => reader.ReadUInt32() switch
    {
        ImText.KindNumber => ImText.ReadBody(ref reader),
        ImData.KindNumber => ImData.ReadBody(ref reader),
        var kind => ImUnknown.ReadBody(kind, ref reader),
    };

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Kind);
        WriteBody(ref writer);
    }

    private protected abstract void WriteBody(ref WireWriter writer);
}
