using Sametime.Contracts.Wire;

namespace Sametime.Tests.Kit.Wire;

/// <summary>
/// Golden bytes of tests/Vectors, embedded into this assembly. A file is named like the message or payload type it shows and holds
/// one or more whole frames as text: a line <c>== what it is</c> starts one; on the others stand hex digits up to <c>;</c>, then a comment.
/// Spaces, indentation and line breaks mean nothing.
/// </summary>
public static class VectorFile
{
    private const string Extension = ".txt";

    private static readonly Dictionary<string, string> Resources = typeof(VectorFile).Assembly.GetManifestResourceNames()
        .Where(static name => name.StartsWith("Vectors/", StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal))
        .ToDictionary(static name => Path.GetFileNameWithoutExtension(name), StringComparer.Ordinal);

    /// <summary>Names of all vector files, without folder and extension.</summary>
    public static IReadOnlyCollection<string> Names => Resources.Keys;

    public static bool Exists(string name) => Resources.ContainsKey(name);

    /// <summary>The vectors of a message or payload type; throws when there is no file for it.</summary>
    public static IReadOnlyList<Vector> Load(Type type) => Load(type.Name);

    public static IReadOnlyList<Vector> Load(string name)
    {
        if (!Resources.TryGetValue(name, out var resource))
            throw new FileNotFoundException($"There is no tests/Vectors/**/{name}{Extension}.");
        using var stream = typeof(VectorFile).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    /// <summary>The one vector of a file that has this title.</summary>
    public static Vector Load(string name, string title) => Load(name).Single(vector => vector.Title == title);

    public static IReadOnlyList<Vector> Parse(string text)
    {
        var vectors = new List<Vector>();
        foreach (var part in ("\n" + text).Split("\n==").Skip(1))
        {
            var lines = part.Split('\n');
            var digits = string.Concat(lines.Skip(1).Select(static line => line.Split(';')[0])).Where(static c => !char.IsWhiteSpace(c));
            vectors.Add(new Vector(lines[0].Trim(), Convert.FromHexString(string.Concat(digits))));
        }
        return vectors;
    }
}

/// <summary>One golden frame, length included, and its parts.</summary>
public sealed record Vector(string Title, byte[] Frame)
{
    /// <summary>The message: the frame without its length, which is checked.</summary>
    public byte[] Message
    {
        get
        {
            if (!Contracts.Wire.Frame.TryRead(Frame, int.MaxValue, out var consumed, out _, out var message) || consumed != Frame.Length)
                throw new InvalidDataException($"Vector '{Title}' is not one whole frame: its length field does not fit its {Frame.Length} bytes.");
            return message.ToArray();
        }
    }

    public MessageHeader Header
    {
        get
        {
            var reader = new WireReader(Message);
            return MessageHeader.Read(ref reader);
        }
    }

    /// <summary>What follows the header.</summary>
    public byte[] Body => Message[MessageHeader.Size..];

    /// <summary>The data of a ChannelSend, where payloads live.</summary>
    public byte[] Data
    {
        get
        {
            var reader = new WireReader(Body);
            reader.ReadUInt16();
            return reader.ReadOpaqueSpan().ToArray();
        }
    }
}
