using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Sametime.Contracts.Events;

/// <summary>Makes the fields of an event of one version into those of the next.</summary>
public delegate JsonObject EventUpcaster(JsonObject old);

/// <summary>
/// Every event by its lasting name, and how it is written: fields as JSON, under the name and version of <see cref="EventNameAttribute"/>.
/// An old version is raised step by step by its upcasters before it is read; an unknown name becomes an <see cref="UnknownEvent"/>.
/// </summary>
public sealed class EventCatalogue
{
    private readonly FrozenDictionary<string, Entry> _byName;
    private readonly FrozenDictionary<Type, Entry> _byType;

    internal EventCatalogue(params IReadOnlyList<Entry> entries)
    {
        _byName = entries.ToFrozenDictionary(entry => entry.Name, StringComparer.Ordinal);
        _byType = entries.ToFrozenDictionary(entry => entry.Fields.Type);
    }

    /// <summary>The events of this program.</summary>
    public static EventCatalogue Current { get; } = new(
        Entry.Of(EventJson.Default.ParticipantLoggedIn),
        Entry.Of(EventJson.Default.ParticipantLoggedOut),
        Entry.Of(EventJson.Default.StatusSet),
        Entry.Of(EventJson.Default.UserAttributeSet),
        Entry.Of(EventJson.Default.UserAttributeUnset),
        Entry.Of(EventJson.Default.ServiceUp),
        Entry.Of(EventJson.Default.ServiceDown),
        Entry.Of(EventJson.Default.RouteBroken),
        Entry.Of(EventJson.Default.HubJoined),
        Entry.Of(EventJson.Default.HubLeft),
        Entry.Of(EventJson.Default.DoubleLoginFound),
        Entry.Of(EventJson.Default.DoublePlaceFound),
        Entry.Of(EventJson.Default.LoginRedirected),
        Entry.Of(EventJson.Default.ChannelCreated),
        Entry.Of(EventJson.Default.ChannelAccepted),
        Entry.Of(EventJson.Default.ChannelDestroyed),
        Entry.Of(EventJson.Default.UserStorageItemSaved),
        Entry.Of(EventJson.Default.PrivacyListSaved),
        Entry.Of(EventJson.Default.UserAdded),
        Entry.Of(EventJson.Default.UserRemoved),
        Entry.Of(EventJson.Default.UserPasswordChanged),
        Entry.Of(EventJson.Default.UserHomeSet),
        Entry.Of(EventJson.Default.GroupSaved),
        Entry.Of(EventJson.Default.GroupRemoved),
        Entry.Of(EventJson.Default.LoginRefused),
        Entry.Of(EventJson.Default.LoginDiscarded),
        Entry.Of(EventJson.Default.AccountThrottled),
        Entry.Of(EventJson.Default.HubDrained),
        Entry.Of(EventJson.Default.UserRenamed),
        Entry.Of(EventJson.Default.UserDisabled),
        Entry.Of(EventJson.Default.UserEnabled),
        Entry.Of(EventJson.Default.TokenIssued),
        Entry.Of(EventJson.Default.TokenSpent),
        Entry.Of(EventJson.Default.TokensRevoked),
        Entry.Of(EventJson.Default.ChatStarted),
        Entry.Of(EventJson.Default.ChatLineCaptured),
        Entry.Of(EventJson.Default.ChatNotCaptured),
        Entry.Of(EventJson.Default.ChatLineUndelivered),
        Entry.Of(EventJson.Default.ChatLinesMissed),
        Entry.Of(EventJson.Default.ChatEnded),
        Entry.Of(EventJson.Default.ChatInterrupted),
        Entry.Of(EventJson.Default.ChatLogPolicySet),
        Entry.Of(EventJson.Default.LogExtracted),
        Entry.Of(EventJson.Default.ChatLogRead),
        Entry.Of(EventJson.Default.PersonalDataExported),
        Entry.Of(EventJson.Default.SubjectErased),
        Entry.Of(EventJson.Default.LegalHoldPlaced),
        Entry.Of(EventJson.Default.LegalHoldReleased),
        Entry.Of(EventJson.Default.RetentionApplied),
        Entry.Of(EventJson.Default.HubSampled));

    /// <summary>The marked fields of every event, by its name. Made at each call.</summary>
    public IEnumerable<(string Name, IReadOnlyList<MarkedField> Fields)> Marks => _byName.Values.Select(entry => (entry.Name, EventMarks.Of(entry.Fields.Type)));

    internal IEnumerable<Entry> Entries => _byName.Values;

    /// <summary>The written form of a fact.</summary>
    /// <exception cref="ArgumentException">The fact's type is not in the catalogue.</exception>
    public WrittenEvent Write(IEvent fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (fact is UnknownEvent unknown)
            return new WrittenEvent(unknown.Name, unknown.Version, unknown.Json);
        return _byType.TryGetValue(fact.GetType(), out var entry)
            ? new WrittenEvent(entry.Name, entry.Version, JsonSerializer.Serialize(fact, entry.Fields))
            : throw new ArgumentException($"{fact.GetType().Name} is not in the event catalogue.", nameof(fact));
    }

    /// <summary>The written form of a fact as it may leave the store: fields marked <see cref="SecretAttribute"/> are empty.</summary>
    /// <exception cref="ArgumentException">The fact's type is not in the catalogue.</exception>
    public WrittenEvent WriteWithoutSecrets(IEvent fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (!_byType.TryGetValue(fact.GetType(), out var entry) || entry.Secrets.Count == 0)
            return Write(fact);

        var fields = JsonSerializer.SerializeToNode(fact, entry.Fields)!.AsObject();
        foreach (var secret in entry.Secrets)
            fields[secret] = "";
        return new WrittenEvent(entry.Name, entry.Version, fields.ToJsonString());
    }

    /// <summary>The lasting name of a fact's event.</summary>
    /// <exception cref="ArgumentException">The fact's type is not in the catalogue.</exception>
    public string NameOf(IEvent fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (fact is UnknownEvent unknown)
            return unknown.Name;
        return _byType.TryGetValue(fact.GetType(), out var entry)
            ? entry.Name
            : throw new ArgumentException($"{fact.GetType().Name} is not in the event catalogue.", nameof(fact));
    }

    /// <summary>A fact as it may leave the store: fields marked <see cref="SecretAttribute"/> are empty.</summary>
    public IEvent WithoutSecrets(IEvent fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return _byType.TryGetValue(fact.GetType(), out var entry) && entry.Secrets.Count > 0 ? Read(WriteWithoutSecrets(fact)) : fact;
    }

    /// <summary>The fact of a written form.</summary>
    /// <exception cref="JsonException">The fields are not those of the event's schema.</exception>
    public IEvent Read(WrittenEvent written)
    {
        if (!_byName.TryGetValue(written.Name, out var entry) || written.Version > entry.Version)
            return new UnknownEvent(written.Name, written.Version, written.Json);

        var fact = written.Version == entry.Version
            ? JsonSerializer.Deserialize(written.Json, entry.Fields)
            : entry.Raise(written).Deserialize(entry.Fields);
        return fact as IEvent ?? throw new JsonException($"The event {written.Name} has no fields.");
    }

    /// <summary>One event type: its name, its version, its fields, and the upcasters from version 1, 2, ... on.</summary>
    internal sealed record Entry(string Name, int Version, JsonTypeInfo Fields, IReadOnlyList<EventUpcaster> Upcasters)
    {
        public static Entry Of<TEvent>(JsonTypeInfo<TEvent> fields, params IReadOnlyList<EventUpcaster> upcasters)
            where TEvent : IEvent
        {
            var named = typeof(TEvent).GetCustomAttribute<EventNameAttribute>()
                ?? throw new InvalidOperationException($"{typeof(TEvent).Name} has no EventName.");
            return upcasters.Count == named.Version - 1
                ? new Entry(named.Name, named.Version, fields, upcasters)
                : throw new InvalidOperationException($"{named.Name} is at version {named.Version} and needs {named.Version - 1} upcasters.");
        }

        /// <summary>Names of the fields that hold secrets.</summary>
        public IReadOnlyList<string> Secrets { get; } =
        [
            .. Fields.Type.GetConstructors().SelectMany(constructor => constructor.GetParameters())
                .Where(field => field.IsDefined(typeof(SecretAttribute)))
                .Select(field => JsonNamingPolicy.CamelCase.ConvertName(field.Name!)),
        ];

        public JsonObject Raise(WrittenEvent old)
        {
            var fields = JsonNode.Parse(old.Json)?.AsObject() ?? throw new JsonException($"The event {old.Name} has no fields.");
            foreach (var upcaster in Upcasters.Skip(old.Version - 1))
                fields = upcaster(fields);
            return fields;
        }
    }
}

/// <summary>An event as it is stored and carried.</summary>
/// <param name="Name">Its lasting name.</param>
/// <param name="Version">The version of its fields, from 1.</param>
/// <param name="Json">Its fields.</param>
public readonly record struct WrittenEvent(string Name, int Version, string Json);
