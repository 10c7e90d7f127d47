using Sametime.Contracts.Events;

namespace Sametime.Contracts.Providers;

/// <summary>How conversations are logged.</summary>
/// <param name="Mode">Whether, and what a line waits for.</param>
/// <param name="Encrypted">What becomes of ciphers between clients.</param>
public readonly record struct ChatLogPolicy(ChatLogMode Mode, EncryptedChat Encrypted);

/// <summary>
/// Where the Chat Logging application keeps what it is given, and whom it asks. What is recorded stays until its retention is over.
/// Failures are <see cref="StoreException"/>.
/// </summary>
public interface IChatLogProvider
{
    /// <summary>
    /// Records what a hub captured: all or none, durable when the task ends. Facts that are recorded already, by stream and sequence,
    /// are passed over, so that the same may be recorded twice.
    /// </summary>
    /// <param name="captured">Facts of one stream of conversations (<see cref="EventStreamName.IsChat"/>) in order; their correlation is the conversation.</param>
    /// <param name="stop">Gives up as long as nothing was written.</param>
    ValueTask RecordAsync(IReadOnlyList<EventEnvelope> captured, CancellationToken stop);

    /// <summary>
    /// Marks with a <see cref="ChatInterrupted"/> every conversation that earlier incarnations of a hub began and did not end. Answers how
    /// many; a second call finds none.
    /// </summary>
    /// <param name="hub">The hub.</param>
    /// <param name="incarnation">The one that runs now.</param>
    /// <param name="stop">Gives up as long as nothing was written.</param>
    ValueTask<int> InterruptAsync(ushort hub, uint incarnation, CancellationToken stop);

    /// <summary>Finds what was said, in the order of time, and states as a <see cref="ChatLogRead"/> that it was read.</summary>
    /// <param name="query">What, and from where on.</param>
    /// <param name="reader">Who reads, as the operating system or his login names him.</param>
    /// <param name="stop">Gives up.</param>
    ValueTask<ChatLogPage> FindAsync(ChatLogQuery query, string reader, CancellationToken stop);

    /// <summary>The policy that was saved last; off when none ever was.</summary>
    ValueTask<ChatLogPolicy> LoadPolicyAsync(CancellationToken stop);

    /// <summary>Saves a policy, as a <see cref="ChatLogPolicySet"/> in <see cref="EventStreamName.ChatPolicy"/>.</summary>
    ValueTask SavePolicyAsync(ChatLogPolicy policy, string actor, CancellationToken stop);
}
