using System.Buffers.Binary;
using System.Text;

namespace Sametime.Tests.Interop.Servers;

/// <summary>Recorded bytes as frames, told apart by this project's own few lines so that an error of the server's parser does not pass.</summary>
internal static class RecordedFrames
{
    private const int TypeAt = 0;
    private const int ChannelAt = 4;
    private const int BodyAt = 8;
    private const ushort HandshakeAck = 0x8000;

    /// <summary>
    /// The frames of a connection, for comparison with those of another one: each as hex without its length, in order within its
    /// channel. What has to differ is masked: channel ids, the given texts with their lengths, the times of day (whole Unix seconds)
    /// at which it happened, and the key of the HandshakeAck.
    /// </summary>
    public static List<string> Compare(byte[] recorded, DateTimeOffset from, DateTimeOffset to, params string[] ids)
    {
        var masked = ids.Select(id => $"{id.Length:X4}{Convert.ToHexString(Encoding.UTF8.GetBytes(id))}").ToList();
        for (var second = from.ToUnixTimeSeconds(); second <= to.ToUnixTimeSeconds(); second++)
        {
            masked.Add($"{second:X8}");
        }

        var channels = new Dictionary<uint, List<string>>();
        foreach (var frame in Split(recorded))
        {
            var channel = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(ChannelAt));
            var type = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(TypeAt));
            var text = type == HandshakeAck
                ? $"{type:x4} {frame.Length} bytes"
                : Mask($"{Convert.ToHexString(frame, 0, ChannelAt)} {Convert.ToHexString(frame, BodyAt, frame.Length - BodyAt)}", masked);
            if (!channels.TryGetValue(channel, out var frames))
            {
                channels.Add(channel, frames = []);
            }

            frames.Add(text);
        }

        return [.. channels.Values.Select(frames => string.Join(Environment.NewLine, frames)).Order(StringComparer.Ordinal)];
    }

    private static string Mask(string frame, IEnumerable<string> masked) =>
        masked.Aggregate(frame, (text, part) => text.Replace(part, "<masked>", StringComparison.Ordinal));

    // A frame of length zero is a sign of life, and so is a byte with its first bit set between two frames.
    private static IEnumerable<byte[]> Split(byte[] recorded)
    {
        for (var at = 0; at < recorded.Length;)
        {
            if (recorded[at] >= 0x80)
            {
                at++;
                continue;
            }

            if (recorded.Length - at < sizeof(int))
            {
                yield break;
            }

            var length = BinaryPrimitives.ReadInt32BigEndian(recorded.AsSpan(at));
            at += sizeof(int);
            if (recorded.Length - at < length)
            {
                yield break;
            }

            if (length > 0)
            {
                yield return recorded[at..(at + length)];
            }

            at += length;
        }
    }
}
