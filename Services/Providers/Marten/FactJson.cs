using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sametime.Contracts.Events;

namespace Sametime.Services.Providers.Marten;

/// <summary>
/// Lets Marten write and read our facts as the event catalogue does, so that a log reads the same whichever store it lies in. The column
/// <c>type</c> holds the lasting name of the event, and behind it <c>_v2</c>, <c>_v3</c> ... for later versions of its fields.
/// </summary>
internal sealed class FactJson : JsonConverterFactory
{
    /// <summary>The stored name of an event that this program was given and does not know; its own name lies in the headers.</summary>
    public const string Unknown = "unknown";

    private const string VersionMark = "_v";

    // The database's jsonb cannot hold the character 0; this one, which no text has, stands in for it.
    private const string Zero = @"\u0000";
    private const string StandIn = "\U0010FFFF";

    /// <summary>Every type of fact there is, and the name it is stored under today.</summary>
    public static IEnumerable<(Type Fact, string StoredName)> Types { get; } =
        from type in typeof(IEvent).Assembly.GetTypes()
        let named = type.GetCustomAttribute<EventNameAttribute>()
        where named is not null
        select (type, StoredName(named.Name, named.Version));

    public static string StoredName(string name, int version) => version == 1 ? name : $"{name}{VersionMark}{version}";

    /// <summary>The fact of a row.</summary>
    /// <exception cref="JsonException">The fields are not those of the event's schema.</exception>
    public static IEvent Read(string storedName, string json)
    {
        var mark = storedName.LastIndexOf(VersionMark, StringComparison.Ordinal);
        var (name, version) = mark > 0 && int.TryParse(storedName.AsSpan(mark + VersionMark.Length), out var found)
            ? (storedName[..mark], found)
            : (storedName, 1);
        return EventCatalogue.Current.Read(new WrittenEvent(name, version, json.Replace(StandIn, Zero, StringComparison.Ordinal)));
    }

    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsAssignableTo(typeof(IEvent));

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private static string WithoutZero(string json)
    {
        if (!json.Contains(Zero, StringComparison.Ordinal))
            return json;
        var result = new StringBuilder(json.Length);
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] != '\\')
            {
                result.Append(json[i]);
            }
            else if (string.CompareOrdinal(json, i, Zero, 0, Zero.Length) == 0)
            {
                result.Append(StandIn);
                i += Zero.Length - 1;
            }
            else
            {
                result.Append(json, i++, 2); // a backslash that is itself escaped begins nothing
            }
        }

        return result.ToString();
    }

    private sealed class Converter<T> : JsonConverter<T>
        where T : IEvent
    {
        private static readonly EventNameAttribute? Named = typeof(T).GetCustomAttribute<EventNameAttribute>();

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var fields = JsonDocument.ParseValue(ref reader);
            return (T)FactJson.Read(Named is null ? Unknown : StoredName(Named.Name, Named.Version), fields.RootElement.GetRawText());
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteRawValue(WithoutZero(EventCatalogue.Current.Write(value).Json));
    }
}
