using MassTransit;
using Sametime.Contracts.Events;

namespace Sametime.Broker.Events;

/// <summary>A subscriber's receive endpoint on the bus.</summary>
internal abstract class EventConnection(EventInbox inbox) : IAsyncDisposable
{
    private Task<HostReceiveEndpointHandle>? _handle;

    /// <summary>Whose it is.</summary>
    public EventInbox Inbox => inbox;

    /// <summary>Ends when batches reach the subscriber, or when it has taken too long to wait for. Never fails.</summary>
    public Task Settled { get; private set; } = Task.CompletedTask;

    /// <summary>Makes the endpoint as soon as there is a bus.</summary>
    public void Open(Task<IBusControl> bus, TimeSpan patience)
    {
        _handle = ConnectAsync(bus);
        Settled = SettleAsync(patience);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_handle is not null && await Attempt(_handle).ConfigureAwait(false) is { } handle)
            await handle.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected abstract HostReceiveEndpointHandle Connect(IBusControl bus);

    private async Task<HostReceiveEndpointHandle> ConnectAsync(Task<IBusControl> bus) => Connect(await bus.ConfigureAwait(false));

    private async Task SettleAsync(TimeSpan patience)
    {
        if (await Attempt(_handle!).ConfigureAwait(false) is { } handle)
            await ((Task)handle.Ready).WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // There is no bus when the process ends before it was made.
    private static async Task<HostReceiveEndpointHandle?> Attempt(Task<HostReceiveEndpointHandle> connecting)
    {
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return connecting.IsCompletedSuccessfully ? connecting.Result : null;
    }
}
