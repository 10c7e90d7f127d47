using System.Text;

namespace Sametime.Contracts.Link;

/// <summary>Times and bounds of links.</summary>
public sealed class LinkOptions
{
    /// <summary>Time from the connection to the link being open.</summary>
    public TimeSpan AuthenticationTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence of the other end after which it is asked for a sign of life.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Questions without an answer after which the link is dead.</summary>
    public int PingsMissedMax { get; set; } = 4;

    /// <summary>Bytes that wait for the other end at the end of a turn. Over it: the link ends with NotEnoughResources.</summary>
    public int QueueBytesMax { get; set; } = 256 * 1024 * 1024;

    /// <summary>Time that the other end has to read our last frames when a link is closed.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Time for the TCP connection to be made.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Wait before the first new attempt; it doubles with each that fails.</summary>
    public TimeSpan RetryDelayMin { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait between two attempts.</summary>
    public TimeSpan RetryDelayMax { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The same options with another bound of what may wait.</summary>
    public LinkOptions WithQueueBytesMax(int bytes)
    {
        var copy = (LinkOptions)MemberwiseClone();
        copy.QueueBytesMax = bytes;
        return copy;
    }
}

/// <summary>Bounds of link frames; both ends know them, so they are no options.</summary>
public static class LinkLimits
{
    /// <summary>Version of the link protocol that this build speaks.</summary>
    public const ushort Version = 2;

    /// <summary>Largest length field of a frame.</summary>
    public const int FrameBytesMax = 4 * 1024 * 1024;

    /// <summary>The same before the other end is authenticated: its own frames are small.</summary>
    public const int UnauthenticatedFrameBytesMax = 1024;

    /// <summary>Bytes of the random number each end gives.</summary>
    public const int NonceBytes = 32;

    /// <summary>Longest node name, in UTF-8.</summary>
    public const int NameBytesMax = 256;

    /// <summary>Whether another end may have this node name.</summary>
    internal static bool IsName(string name) => name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= NameBytesMax;
}
