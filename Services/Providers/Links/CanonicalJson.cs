using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Sametime.Services.Providers.Links;

/// <summary>
/// One form for all JSON that means the same, since a database may give back other bytes than it was given: names in order, no spaces, text
/// without needless escapes, numbers by their value. Of names that come twice the last counts.
/// </summary>
internal static class CanonicalJson
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the form of a text; what is no JSON is written as it is.</summary>
    public static void Write(string json, IBufferWriter<byte> target)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var form = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(form, Plain))
                Write(document.RootElement, writer);
            target.Write(form.WrittenSpan);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            target.Write(System.Text.Encoding.UTF8.GetBytes(json));
        }
    }

    private static void Write(JsonElement value, Utf8JsonWriter writer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                var fields = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
                foreach (var field in value.EnumerateObject())
                    fields[field.Name] = field.Value;
                foreach (var (name, field) in fields)
                {
                    writer.WritePropertyName(Text(name));
                    Write(field, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    Write(item, writer);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Text(value.GetString()!));
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(Number(value));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    // PostgreSQL holds no character 0; where it stands, this one stands there.
    private static string Text(string text) => text.Replace("\0", "\U0010FFFF", StringComparison.Ordinal);

    // A database may write 1e3 as 1000; what is too large for either form is kept as it is written.
    private static string Number(JsonElement value) =>
        value.TryGetInt64(out var whole) ? whole.ToString(CultureInfo.InvariantCulture)
        : value.TryGetDecimal(out var number) ? number.ToString("0.############################", CultureInfo.InvariantCulture)
        : value.GetRawText();
}
