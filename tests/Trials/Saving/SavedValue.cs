using System.Buffers.Binary;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Trials.Saving;

/// <summary>The value that stands for a number: the number, and bytes that follow from it, so that half of one is not taken for a whole.</summary>
internal static class SavedValue
{
    private const int BytesMax = 2_000;

    public static Opaque Of(uint number)
    {
        var bytes = new byte[sizeof(uint) + (int)(number * 37 % BytesMax)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        for (var i = sizeof(uint); i < bytes.Length; i++)
            bytes[i] = (byte)(number + i);
        return Opaque.Wrap(bytes);
    }

    /// <summary>The number; 0 for nothing saved; null when the value is not whole.</summary>
    public static uint? Read(Opaque value)
    {
        if (value.IsEmpty)
            return 0;
        if (value.Length < sizeof(uint))
            return null;
        var number = BinaryPrimitives.ReadUInt32BigEndian(value.Span);
        return value.Equals(Of(number)) ? number : null;
    }
}
