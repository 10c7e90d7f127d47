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
/// <param name="forms">The facts that are being stored, as they are to be written: sealed. No other is ever written.</param>
internal sealed class FactJson(SealedForms forms) : JsonConverterFactory
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

    /// <summary>The written event of a row.</summary>
    public static WrittenEvent Read(string storedName, string json)
    {
        var mark = storedName.LastIndexOf(VersionMark, StringComparison.Ordinal);
        var (name, version) = mark > 0 && int.TryParse(storedName.AsSpan(mark + VersionMark.Length), out var found)
            ? (storedName[..mark], found)
            : (storedName, 1);
        return new WrittenEvent(name, version, json.Replace(StandIn, Zero, StringComparison.Ordinal));
    }

    /// <summary>Fields as jsonb can hold them.</summary>
    public static string ToJsonb(string json) => WithoutZero(json);

    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsAssignableTo(typeof(IEvent));

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert), forms)!;

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

    private sealed class Converter<T>(SealedForms forms) : JsonConverter<T>
        where T : class, IEvent
    {
        // Whoever reads needs keys, and goes by EventRows.
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Stored events are read through EventRows.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteRawValue(ToJsonb(forms.Of(value).Json));
    }
}
