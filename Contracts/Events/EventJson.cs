using System.Text.Json;
using System.Text.Json.Serialization;
using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Events;

/// <summary>
/// The JSON of events, generated at build time. Ids and bytes are strings, lists are arrays, numbers of the wire stay numbers, so that
/// values nobody knows yet survive.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectRequiredConstructorParameters = false,
    Converters =
    [
        typeof(UserIdConverter), typeof(LoginIdConverter), typeof(OpaqueConverter),
        typeof(ItemsConverter<string>), typeof(ItemsConverter<UserId>), typeof(ItemsConverter<PrivacyListed>),
    ])]
[JsonSerializable(typeof(ParticipantLoggedIn))]
[JsonSerializable(typeof(ParticipantLoggedOut))]
[JsonSerializable(typeof(StatusSet))]
[JsonSerializable(typeof(UserAttributeSet))]
[JsonSerializable(typeof(UserAttributeUnset))]
[JsonSerializable(typeof(ServiceUp))]
[JsonSerializable(typeof(ServiceDown))]
[JsonSerializable(typeof(RouteBroken))]
[JsonSerializable(typeof(HubJoined))]
[JsonSerializable(typeof(HubLeft))]
[JsonSerializable(typeof(DoubleLoginFound))]
[JsonSerializable(typeof(DoublePlaceFound))]
[JsonSerializable(typeof(LoginRedirected))]
[JsonSerializable(typeof(ChannelCreated))]
[JsonSerializable(typeof(ChannelAccepted))]
[JsonSerializable(typeof(ChannelDestroyed))]
[JsonSerializable(typeof(UserStorageItemSaved))]
[JsonSerializable(typeof(PrivacyListSaved))]
[JsonSerializable(typeof(UserAdded))]
[JsonSerializable(typeof(UserRemoved))]
[JsonSerializable(typeof(UserPasswordChanged))]
[JsonSerializable(typeof(UserHomeSet))]
[JsonSerializable(typeof(GroupSaved))]
[JsonSerializable(typeof(GroupRemoved))]
[JsonSerializable(typeof(LoginRefused))]
[JsonSerializable(typeof(LoginDiscarded))]
[JsonSerializable(typeof(AccountThrottled))]
[JsonSerializable(typeof(HubDrained))]
[JsonSerializable(typeof(UserRenamed))]
[JsonSerializable(typeof(UserDisabled))]
[JsonSerializable(typeof(UserEnabled))]
[JsonSerializable(typeof(TokenIssued))]
[JsonSerializable(typeof(TokenSpent))]
[JsonSerializable(typeof(TokensRevoked))]
[JsonSerializable(typeof(ChatStarted))]
[JsonSerializable(typeof(ChatLineCaptured))]
[JsonSerializable(typeof(ChatNotCaptured))]
[JsonSerializable(typeof(ChatLineUndelivered))]
[JsonSerializable(typeof(ChatLinesMissed))]
[JsonSerializable(typeof(ChatEnded))]
[JsonSerializable(typeof(ChatInterrupted))]
[JsonSerializable(typeof(ChatLogPolicySet))]
[JsonSerializable(typeof(LogExtracted))]
[JsonSerializable(typeof(ChatLogRead))]
[JsonSerializable(typeof(PersonalDataExported))]
[JsonSerializable(typeof(SubjectErased))]
[JsonSerializable(typeof(LegalHoldPlaced))]
[JsonSerializable(typeof(LegalHoldReleased))]
[JsonSerializable(typeof(RetentionApplied))]
[JsonSerializable(typeof(HubSampled))]
[JsonSerializable(typeof(PrivacyListed))]
[JsonSerializable(typeof(UserId[]))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class EventJson : JsonSerializerContext;

internal sealed class UserIdConverter : JsonConverter<UserId>
{
    public override UserId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, UserId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value ?? "");
}

internal sealed class LoginIdConverter : JsonConverter<LoginId>
{
    public override LoginId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        LoginId.TryParse(reader.GetString(), out var login) ? login : throw new JsonException("A login id has 20 hex digits.");

    public override void Write(Utf8JsonWriter writer, LoginId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

internal sealed class OpaqueConverter : JsonConverter<Opaque>
{
    public override Opaque Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Opaque.Wrap(reader.GetBytesFromBase64());

    public override void Write(Utf8JsonWriter writer, Opaque value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value.Span);
}

internal sealed class ItemsConverter<T> : JsonConverter<Items<T>>
{
    public override Items<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("A list was expected.");

        var element = (JsonConverter<T>)options.GetConverter(typeof(T));
        var items = new List<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(element.Read(ref reader, typeof(T), options)!);
        return items.ToItems();
    }

    public override void Write(Utf8JsonWriter writer, Items<T> value, JsonSerializerOptions options)
    {
        var element = (JsonConverter<T>)options.GetConverter(typeof(T));
        writer.WriteStartArray();
        foreach (var item in value)
            element.Write(writer, item, options);
        writer.WriteEndArray();
    }
}
