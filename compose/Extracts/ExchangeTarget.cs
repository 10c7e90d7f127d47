using System.Buffers;
using System.Text.Json;
using Sametime.Broker.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Replay;
using Sametime.Services.Replay.Targets;

namespace Sametime.Compose.Extracts;

/// <summary>Puts the events on a fresh exchange of the broker, each as the JSON object that it is a line of in an export.</summary>
internal sealed class ExchangeTarget(ReplayExchange exchange) : IReplayTarget
{
    private readonly EventFacets _facets = new();

    public long Confirmed => exchange.Confirmed;

    public async ValueTask TakeAsync(StoredEvent stored)
    {
        // A message keeps its bytes until it is confirmed, so each has its own.
        var bytes = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(bytes))
        {
            JsonLinesTarget.Write(json, ExtractRow.Of(stored, _facets));
        }

        var envelope = stored.Envelope;
        await GuardAsync(() => exchange.PublishAsync(
            new ReplayedMessage(envelope.Id, EventNames.Of(envelope.Payload), stored.Position, envelope.Occurred, bytes.WrittenMemory)));
    }

    public ValueTask FlushAsync() => GuardAsync(exchange.FlushAsync);

    public ValueTask DisposeAsync() => exchange.DisposeAsync();

    private static async ValueTask GuardAsync(Func<ValueTask> act)
    {
        try
        {
            await act();
        }
        catch (ReplayExchangeException failure)
        {
            throw new ReplayTargetException(failure.Message, failure);
        }
    }
}
