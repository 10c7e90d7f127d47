using Sametime.Contracts.Events;

namespace Sametime.Contracts.Providers;

/// <summary>A store or directory could not do what was asked. Its message is one sentence for the operator.</summary>
public abstract class StoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The store does not answer, is full or locked; trying again later may help.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>What was to be stored does not fit into this store; trying again does not help, and other writes are not touched by it.</summary>
public sealed class StoreRefusedException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>What is stored cannot be read: damaged, or not of this program. Trying again does not help.</summary>
public sealed class StoreCorruptException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>Somebody else appended to the stream first.</summary>
public sealed class StreamVersionException(EventStreamName stream, long expected, long actual)
    : StoreException($"Stream {stream} is at {actual}, not at {expected}.")
{
    public long Expected { get; } = expected;

    public long Actual { get; } = actual;
}
