using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications.Awareness;

/// <summary>
/// When something was said, so that of what several logins say the last can be told: unique and rising at one hub, and as near to the
/// others as their clocks are.
/// <code>
/// ticks  uint64   100 ns each, since the year 1, UTC
/// </code>
/// </summary>
public readonly record struct Moment(long Ticks) : IComparable<Moment>
{
    public static Moment Read(ref WireReader reader) => new(((long)reader.ReadUInt32() << 32) | reader.ReadUInt32());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32((uint)(Ticks >> 32));
        writer.WriteUInt32((uint)Ticks);
    }

    /// <summary>The next one of a hub whose clock shows <paramref name="now"/>.</summary>
    public Moment Next(DateTimeOffset now) => new(Math.Max(Ticks + 1, now.UtcTicks));

    public int CompareTo(Moment other) => Ticks.CompareTo(other.Ticks);

    public static bool operator <(Moment left, Moment right) => left.Ticks < right.Ticks;

    public static bool operator >(Moment left, Moment right) => left.Ticks > right.Ticks;

    public static bool operator <=(Moment left, Moment right) => left.Ticks <= right.Ticks;

    public static bool operator >=(Moment left, Moment right) => left.Ticks >= right.Ticks;
}
