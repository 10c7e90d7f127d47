namespace Sametime.Contracts.Wire;

/// <summary>
/// Number of a channel on one connection (u32). 1..0x7fffffff are made by the side that opened TCP, 0x80000001..0xffffffff by the
/// server, 0 is the master channel. The two ends of a channel know it by different numbers. Source: community protocol, channel ids.
/// </summary>
public readonly record struct ChannelId(uint Value)
{
    private const uint ServerBit = 0x8000_0000;

    /// <summary>The channel that exists with the connection; destroying it ends the session.</summary>
    public static ChannelId Master => default;

    public bool IsMaster => Value == 0;

    /// <summary>True for ids that only the server may make.</summary>
    public bool IsServerHalf => (Value & ServerBit) != 0;

    /// <summary>The same number in the other half: two servers call a channel between them by numbers that differ in nothing else.</summary>
    public ChannelId OtherHalf => new(Value ^ ServerBit);

    public override string ToString() => $"0x{Value:x8}";
}
