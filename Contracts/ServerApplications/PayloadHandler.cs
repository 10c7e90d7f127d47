using Sametime.Contracts.Wire;

namespace Sametime.Contracts.ServerApplications;

/// <summary>Reads one type of payload and hands it to a service.</summary>
internal abstract class PayloadHandler
{
    /// <summary>False when the data does not parse. What the handler throws at once comes out of here.</summary>
    public abstract bool TryStart(ServiceChannel channel, ReadOnlySpan<byte> data, out ValueTask work, CancellationToken stopping);

    protected static bool TryRead<TPayload>(ReadOnlySpan<byte> data, out TPayload payload)
        where TPayload : IPayload<TPayload>
    {
        var reader = new WireReader(data);
        payload = TPayload.Read(ref reader);
        return reader.Error is null;
    }
}

/// <inheritdoc/>
internal sealed class InlineHandler<TPayload>(Action<ServiceChannel, TPayload> handler) : PayloadHandler
    where TPayload : IPayload<TPayload>
{
    public override bool TryStart(ServiceChannel channel, ReadOnlySpan<byte> data, out ValueTask work, CancellationToken stopping)
    {
        work = default;
        if (!TryRead(data, out TPayload payload))
            return false;
        handler(channel, payload);
        return true;
    }
}

/// <inheritdoc/>
internal sealed class AsyncHandler<TPayload>(Func<ServiceChannel, TPayload, CancellationToken, ValueTask> handler) : PayloadHandler
    where TPayload : IPayload<TPayload>
{
    public override bool TryStart(ServiceChannel channel, ReadOnlySpan<byte> data, out ValueTask work, CancellationToken stopping)
    {
        work = default;
        if (!TryRead(data, out TPayload payload))
            return false;
        work = handler(channel, payload, stopping);
        return true;
    }
}
