namespace Sametime.Broker.Events;

/// <summary>One recorded event as a message of the broker.</summary>
/// <param name="Id">The event's id: the same at each replay, so that a consumer can drop what it has.</param>
/// <param name="Name">The event's lasting name.</param>
/// <param name="Position">Its place in the log.</param>
/// <param name="Occurred">When it happened.</param>
/// <param name="Json">All of it as one JSON object, UTF-8.</param>
public readonly record struct ReplayedMessage(string Id, string Name, long Position, DateTimeOffset Occurred, ReadOnlyMemory<byte> Json);
