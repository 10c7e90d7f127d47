using System.Globalization;
using System.Text.Json.Nodes;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Compose.Accounts;

/// <summary>What is held on a person, as JSON for him.</summary>
internal static class PersonJson
{
    public static JsonObject Of(UserRecord account) => new()
    {
        ["id"] = account.Id.Value,
        ["displayName"] = account.DisplayName,
        ["loginNames"] = new JsonArray([.. account.LoginNames.Select(name => JsonValue.Create(name))]),
        ["description"] = account.Description,
        ["homeHub"] = account.HomeHub,
    };

    public static JsonNode Of(StoredItem item) => new JsonObject { ["key"] = item.Key, ["value"] = Convert.ToBase64String(item.Value.Span) };

    public static JsonObject Of(PrivacyInfo privacy) => new()
    {
        ["deny"] = privacy.Deny,
        ["listed"] = new JsonArray([.. privacy.Users.Select(item => (JsonNode)new JsonObject { ["user"] = item.User.Value, ["community"] = item.Community, ["name"] = item.Name })]),
    };

    public static JsonObject Of(StoredEvent stored)
    {
        var envelope = stored.Envelope;
        var written = EventCatalogue.Current.WriteWithoutSecrets(envelope.Payload);
        return new JsonObject
        {
            ["position"] = stored.Position,
            ["stream"] = envelope.Stream.Value,
            ["sequence"] = envelope.Sequence,
            ["occurred"] = envelope.Occurred.ToString("O", CultureInfo.InvariantCulture),
            ["event"] = written.Name,
            ["fields"] = JsonNode.Parse(written.Json),
        };
    }
}
