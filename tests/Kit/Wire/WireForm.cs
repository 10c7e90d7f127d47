using System.Buffers;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Kit.Wire;

/// <summary>
/// A message or payload type seen from outside, so that one set of laws and one fuzzer serve both kinds. All types of Contracts that
/// implement <see cref="IWireMessage{TSelf}"/> or <see cref="IPayload{TSelf}"/> are found by reflection: a new type is tested without
/// being listed anywhere, and its vectors are expected in tests/Vectors under its name.
/// </summary>
public abstract class WireForm
{
    /// <summary>Bodies of messages.</summary>
    public static IReadOnlyList<WireForm> Messages { get; } = Find(typeof(IWireMessage<>), typeof(MessageForm<>));

    /// <summary>Data of ChannelSend.</summary>
    public static IReadOnlyList<WireForm> Payloads { get; } = Find(typeof(IPayload<>), typeof(PayloadForm<>));

    public static IEnumerable<WireForm> All => Messages.Concat(Payloads);

    public abstract Type Type { get; }

    public string Name => Type.Name;

    /// <summary>The subject the type belongs to: its folder in Contracts/Wire.</summary>
    public string Family => Type.Namespace![(Type.Namespace!.LastIndexOf('.') + 1)..];

    /// <summary>Type number on the wire: of the message, or of the payload in its ChannelSend.</summary>
    public abstract ushort Number { get; }

    public static WireForm Named(string name) => All.Single(form => form.Name == name);

    /// <summary>The part of a vector that this form describes: the body of a message, or the data of a ChannelSend.</summary>
    public abstract byte[] PartOf(Vector vector);

    /// <summary>Parses and drops the result.</summary>
    public abstract WireError? Parse(ReadOnlySpan<byte> data);

    /// <summary>Parses. The value means something only when there is no error.</summary>
    public abstract WireError? Read(ReadOnlySpan<byte> data, out object value, out int remaining);

    public abstract byte[] Write(object value);

    public override string ToString() => Name;

    private static List<WireForm> Find(Type definition, Type form) =>
    [
        .. typeof(IWireMessage<>).Assembly.GetTypes()
            .Where(type => !type.IsInterface && type.GetInterfaces().Any(i => IsFormOf(type, i, definition)))
            .OrderBy(static type => type.FullName, StringComparer.Ordinal)
            .Select(type => (WireForm)Activator.CreateInstance(form.MakeGenericType(type))!),
    ];

    // A kind of a message (ImText of InstantMessage) inherits the interface, but only the message itself is read and written.
    private static bool IsFormOf(Type type, Type implemented, Type definition) =>
        implemented.IsGenericType && implemented.GetGenericTypeDefinition() == definition && implemented.GenericTypeArguments[0] == type;

    private static byte[] Written(WriteFields write)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new WireWriter(output);
        write(ref writer);
        writer.Complete();
        return output.WrittenSpan.ToArray();
    }

    private delegate void WriteFields(ref WireWriter writer);

    private sealed class MessageForm<T>() : ReadableForm<T>(T.Read)
        where T : IWireMessage<T>
    {
        public override ushort Number => (ushort)T.Type;

        public override byte[] PartOf(Vector vector) => vector.Body;

        public override byte[] Write(object value) => Written(((T)value).Write);
    }

    private sealed class PayloadForm<T>() : ReadableForm<T>(T.Read)
        where T : IPayload<T>
    {
        public override ushort Number => T.MessageType;

        public override byte[] PartOf(Vector vector) => vector.Data;

        public override byte[] Write(object value) => Written(((T)value).Write);
    }
}
