using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Outbox;

/// <summary>What a store offers so that its facts reach an event plane: the log itself, and where in it the forwarding stands.</summary>
internal interface IOutbox
{
    /// <summary>Notes the present end of the log as the beginning of a plane that was never forwarded to; otherwise does nothing.</summary>
    Task RegisterAsync(CancellationToken stop);

    /// <summary>Becomes the one that forwards to the plane; null while another process is. Disposing gives it up; so does a crash.</summary>
    Task<IOutboxLead?> TryLeadAsync(CancellationToken stop);
}

/// <summary>The right to forward. Any failure means that it may be lost: dispose it and try anew.</summary>
internal interface IOutboxLead : IAsyncDisposable
{
    /// <summary>Up to where everything has reached the plane.</summary>
    Task<long> LoadPositionAsync(CancellationToken stop);

    /// <summary>The facts after a position, in order, without one missing between them.</summary>
    IAsyncEnumerable<StoredEvent> ReadAsync(long after, CancellationToken stop);

    /// <summary>Writes down how far everything has reached the plane.</summary>
    Task SavePositionAsync(long position, CancellationToken stop);

    /// <summary>Ends when there may be something new, or after a while.</summary>
    Task WaitAsync(CancellationToken stop);
}
