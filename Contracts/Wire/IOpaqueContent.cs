using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Sametime.Contracts.Wire;

/// <summary>
/// What an <see cref="Opaque"/> holds where we do look inside: additional data of a channel, the value of an attribute, a stored text.
/// Whoever only passes it on leaves it an <see cref="Opaque"/>.
/// </summary>
public interface IOpaqueContent<TSelf>
    where TSelf : IOpaqueContent<TSelf>
{
    static abstract TSelf Read(ref WireReader reader);

    void Write(ref WireWriter writer);
}

/// <summary>The way into an <see cref="Opaque"/> and out again.</summary>
public static class OpaqueContent
{
    /// <summary>Wraps the content up.</summary>
    public static Opaque ToOpaque<T>(this T content)
        where T : IOpaqueContent<T>
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(bytes);
        content.Write(ref writer);
        writer.Complete();
        return Opaque.Wrap(bytes.WrittenMemory);
    }

    /// <summary>Looks inside. False if the bytes are no such content; bytes left over are no error.</summary>
    public static bool TryRead<T>(this Opaque opaque, [MaybeNullWhen(false)] out T content)
        where T : IOpaqueContent<T>
    {
        var reader = new WireReader(opaque.Span);
        content = T.Read(ref reader);
        return reader.Error is null;
    }
}
