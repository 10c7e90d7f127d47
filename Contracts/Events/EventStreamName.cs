using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Events;

/// <summary>
/// Name of an ordered stream of events. Streams of one user compare without regard to case, as user ids do.
/// </summary>
public readonly record struct EventStreamName(string Value)
{
    /// <summary>All changes of users and groups; one stream, so that a login name is given once only.</summary>
    public static EventStreamName Directory { get; } = new("directory");

    /// <summary>What a user stored: values, privacy list.</summary>
    public static EventStreamName User(UserId user) => new($"user-{user.Value.ToUpperInvariant()}");

    /// <summary>What a hub saw in one incarnation (one start of its program).</summary>
    public static EventStreamName Hub(ushort hub, uint incarnation) => new($"hub-{hub}-{incarnation}");

    public override string ToString() => Value;
}
