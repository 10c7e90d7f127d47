using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Sametime.Hub;
using Sametime.Hub.Status;

namespace Sametime.Compose.Hosting;

/// <summary>A hub's state as the JSON of <c>sametime status</c>.</summary>
internal static class HubReport
{
    public static JsonObject Of(HubOptions options, HubStatus status, bool listings)
    {
        var report = new JsonObject
        {
            ["name"] = options.Name,
            ["number"] = options.Number,
            ["users"] = status.Users,
            ["logins"] = status.Logins,
            ["undecidedLogins"] = status.UndecidedLogins,
            ["openRequests"] = status.OpenRequests,
            ["unacceptedChannels"] = status.UnacceptedChannels,
            ["capture"] = ReportJson.Node(status.Capture),
            ["services"] = new JsonArray([.. status.Services.Select(service => JsonValue.Create(service.ToString()))]),
            ["ownServices"] = new JsonArray([.. HubStatus.OwnServices.Select(service => JsonValue.Create(service.ToString()))]),
            ["directory"] = ReportJson.Node(status.Directory()),
            ["counters"] = ReportJson.Node(status.Counters),
        };
        if (listings)
        {
            report["participants"] = ReportJson.Node(status.Participants());
            report["channels"] = ReportJson.Node(status.Channels());
        }

        return report;
    }
}

/// <summary>How reports are written as JSON: camel case, enums by name, identifiers as their text.</summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        IncludeFields = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new TextConverter() },
    };

    public static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, Options);

    // Identifiers and addresses have one text form; their parts are nobody's business here.
    private sealed class TextConverter : JsonConverterFactory
    {
        private static readonly HashSet<Type> Texts =
        [
            typeof(Contracts.Wire.ServiceType), typeof(Contracts.Wire.ChannelId), typeof(Contracts.Wire.LoginId),
            typeof(Contracts.Wire.UserId), typeof(System.Net.IPAddress), typeof(System.Net.IPEndPoint),
        ];

        public override bool CanConvert(Type typeToConvert) => Texts.Any(text => text.IsAssignableFrom(typeToConvert));

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(Writer<>).MakeGenericType(typeToConvert))!;

        private sealed class Writer<T> : JsonConverter<T>
        {
            public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
                throw new NotSupportedException("reports are written, never read back as types");

            public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value?.ToString());
        }
    }
}
