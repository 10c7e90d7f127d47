using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Replay.Targets;

/// <summary>One JSON object a line, UTF-8; letters outside of ASCII are escaped, so no text can steer a terminal.</summary>
internal sealed class JsonLinesTarget(Stream output) : IReplayTarget
{
    private const int BufferBytes = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(BufferBytes);
    private readonly EventFacets _facets = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { SkipValidation = true });

    /// <summary>Writes the object of one event.</summary>
    public static void Write(Utf8JsonWriter json, ExtractRow row)
    {
        var written = row.Event;
        json.WriteStartObject();
        json.WriteNumber("position", row.Position);
        json.WriteString("stream", written.Stream);
        json.WriteNumber("sequence", written.Sequence);
        json.WriteNumber("hub", written.Hub);
        json.WriteNumber("incarnation", written.Incarnation);
        json.WriteString("occurred", LogTime.Format(written.Occurred));
        json.WriteString("recorded", LogTime.Format(written.Recorded));
        WriteIfAny(json, "correlation", written.Correlation);
        WriteIfAny(json, "causation", written.Causation);
        json.WriteString("name", written.Name);
        json.WriteNumber("version", written.Version);
        WriteIfAny(json, "user", row.User);
        WriteIfAny(json, "login", row.Login);
        WriteIfAny(json, "place", row.Place);
        json.WritePropertyName("fields");
        json.WriteRawValue(OnOneLine(written), skipInputValidation: true);
        json.WriteEndObject();
    }

    public async ValueTask TakeAsync(StoredEvent stored)
    {
        _json.Reset(_buffer);
        Write(_json, ExtractRow.Of(stored, _facets));
        await _json.FlushAsync();
        _buffer.Write("\n"u8);
        if (_buffer.WrittenCount >= BufferBytes)
            await EmptyAsync();
    }

    public async ValueTask FlushAsync()
    {
        await EmptyAsync();
        await output.FlushAsync();
    }

    public async ValueTask DisposeAsync() => await _json.DisposeAsync();

    private async ValueTask EmptyAsync()
    {
        if (_buffer.WrittenCount == 0)
            return;
        await output.WriteAsync(_buffer.WrittenMemory);
        _buffer.ResetWrittenCount();
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            json.WriteString(name, value);
    }

    // What another program wrote may have been laid out over lines; what ours writes never is.
    private static string OnOneLine(WrittenEnvelope written) =>
        written.Json.AsSpan().ContainsAny('\n', '\r') ? JsonNode.Parse(written.Json)?.ToJsonString() ?? "null" : written.Json;
}
