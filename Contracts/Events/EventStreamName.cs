using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Events;

/// <summary>
/// Name of an ordered stream of events. Streams of one user compare without regard to case, as user ids do.
/// </summary>
public readonly record struct EventStreamName(string Value)
{
    private const string UserPrefix = "user-";
    private const string HubPrefix = "hub-";
    private const string ProcessPrefix = "process-";
    private const string ChatPrefix = "chat-";
    private const string InterruptedPrefix = "interrupted-";

    /// <summary>All changes of users and groups; one stream, so that a login name is given once only.</summary>
    public static EventStreamName Directory { get; } = new("directory");

    /// <summary>What a user stored: values, privacy list. Who asks a store names it so; the store keeps it as a <see cref="Subject"/>.</summary>
    public static EventStreamName User(UserId user) => new($"{UserPrefix}{user.Value.ToUpperInvariant()}");

    /// <summary>The stream of a user as it is kept, with the opaque id that stands for him in the log.</summary>
    /// <param name="subject">32 hexadecimal digits, in lower case and not all of them decimal: no name in upper case is like it.</param>
    public static EventStreamName Subject(string subject) => new(UserPrefix + subject);

    /// <summary>The name in upper case of the user whose stream this is; null when it is nobody's or kept under an opaque id.</summary>
    public string? UserKey =>
        Value.StartsWith(UserPrefix, StringComparison.Ordinal) && !Value.AsSpan(UserPrefix.Length).ContainsAnyInRange('a', 'f') ? Value[UserPrefix.Length..] : null;

    /// <summary>What a hub saw in one incarnation (one start of its program).</summary>
    public static EventStreamName Hub(ushort hub, uint incarnation) => new($"{HubPrefix}{hub}-{incarnation}");

    /// <summary>What a hub captured of conversations in one incarnation. The hub numbers it, without a gap.</summary>
    public static EventStreamName Chat(ushort hub, uint incarnation) => new($"{ChatPrefix}{hub}-{incarnation}");

    /// <summary>
    /// Conversations that a hub left without an end, as whoever found them states it. The store numbers them: the hub that numbered the
    /// conversations is gone.
    /// </summary>
    public static EventStreamName InterruptedChats(ushort hub) => new($"{InterruptedPrefix}{hub}");

    /// <summary>How conversations are logged, and what is to be kept or removed: who decided what.</summary>
    public static EventStreamName ChatPolicy { get; } = new("policy-chat");

    /// <summary>The life of one token: that it was issued and, when it was good once only, that it was spent. A digest names it, and no person.</summary>
    public static EventStreamName Token(string digest) => new($"token-{digest}");

    /// <summary>Whose tokens were revoked; what was issued before that in the store is worth nothing.</summary>
    public static EventStreamName RevokedTokens { get; } = new("revoked-tokens");

    /// <summary>Who read, took out, erased or removed what.</summary>
    public static EventStreamName Audit { get; } = new("audit");

    /// <summary>What a process that is no hub saw from its start to its end. Each start is a process of its own.</summary>
    public static EventStreamName Process(string role, Guid start) => new($"{ProcessPrefix}{role}-{start:N}");

    /// <summary>
    /// Whether one process numbers the events of this stream as it states them. Otherwise a store has numbered them, and whoever reads or
    /// writes it may pass them on.
    /// </summary>
    public bool IsOfOneProcess =>
        Value.StartsWith(HubPrefix, StringComparison.Ordinal) || Value.StartsWith(ProcessPrefix, StringComparison.Ordinal) || IsChat;

    /// <summary>Whether it holds conversations without an end (<see cref="InterruptedChats"/>).</summary>
    public bool IsOfInterruptedChats => Value.StartsWith(InterruptedPrefix, StringComparison.Ordinal);

    /// <summary>Whether it holds what people said.</summary>
    public bool IsChat => Value.StartsWith(ChatPrefix, StringComparison.Ordinal);

    public override string ToString() => Value;
}
