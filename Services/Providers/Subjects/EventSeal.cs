using System.Buffers;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Subjects;

/// <summary>
/// Seals what is personal in written events, and opens it again, as the marks of the event types say. What a field holds is sealed with
/// the key of the person whom its owner field names; without such a person it stays in the clear, as do empty values. An event of a newer
/// program, whose marks nobody here knows, passes as it is.
/// </summary>
internal sealed class EventSeal
{
    private readonly FrozenDictionary<string, SealedField[]> _fields;

    public EventSeal(EventCatalogue catalogue) =>
        _fields = catalogue.Marks.ToFrozenDictionary(marks => marks.Name, marks => SealedField.Of(marks.Name, marks.Fields), StringComparer.Ordinal);

    /// <summary>For the events of this program.</summary>
    public static EventSeal Current { get; } = new(EventCatalogue.Current);

    /// <summary>The ids and names of the persons of whom a plain event says something.</summary>
    public void CollectNames(WrittenEvent plain, ISet<string> names)
    {
        if (!Has(plain, out var fields))
            return;
        using var document = JsonDocument.Parse(plain.Json);
        CollectNames(document.RootElement, fields, names);
    }

    /// <summary>The event as it is to be stored.</summary>
    /// <param name="plain">The event.</param>
    /// <param name="subjects">All that <see cref="CollectNames(WrittenEvent, ISet{string})"/> names.</param>
    public WrittenEvent Seal(WrittenEvent plain, SubjectNames subjects)
    {
        if (!Has(plain, out var fields))
            return plain;
        using var document = JsonDocument.Parse(plain.Json);
        return plain with { Json = Write(writer => Seal(writer, document.RootElement, fields, subjects)) };
    }

    /// <summary>Whether a stored event still says something of a person in the clear, as an earlier version of this program wrote it.</summary>
    public bool IsClear(WrittenEvent stored)
    {
        if (!Has(stored, out var fields))
            return false;
        using var document = JsonDocument.Parse(stored.Json);
        var names = new HashSet<string>(StringComparer.Ordinal);
        CollectNames(document.RootElement, fields, names);
        return names.Any(name => !SealedToken.IsLike(name));
    }

    /// <summary>The event as a reader may see it.</summary>
    /// <param name="stored">The event.</param>
    /// <param name="subjects">All that <see cref="SealedToken.CollectIds"/> finds in it; those that are missing count as erased.</param>
    /// <param name="reading">What he may see.</param>
    /// <exception cref="StoreCorruptException">What was sealed has been altered.</exception>
    public WrittenEvent Open(WrittenEvent stored, IReadOnlyDictionary<SubjectId, Subject> subjects, Reading reading)
    {
        if (!reading.IsPseudonymous && !SealedToken.IsIn(stored.Json))
            return stored;
        if (!Has(stored, out var fields))
            return reading.IsPseudonymous && !_fields.ContainsKey(stored.Name) ? stored with { Json = "{}" } : stored;
        using var document = JsonDocument.Parse(stored.Json);
        return document.RootElement.ValueKind != JsonValueKind.Object
            ? stored
            : stored with { Json = Write(writer => new Opening(stored.Name, subjects, reading).Record(writer, document.RootElement, fields)) };
    }

    private bool Has(WrittenEvent written, out SealedField[] fields) => _fields.TryGetValue(written.Name, out fields!) && fields.Length > 0;

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
            write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void CollectNames(JsonElement record, SealedField[] fields, ISet<string> names)
    {
        foreach (var field in fields)
        {
            if (!record.TryGetProperty(field.Name, out var value))
                continue;
            if (field.Kind is SealedKind.Users or SealedKind.Records)
            {
                foreach (var element in Elements(value))
                {
                    if (field.Kind == SealedKind.Records)
                        CollectNames(element, field.Elements, names);
                    else if (NameIn(element) is { } user)
                        names.Add(user);
                }
            }
            else if (OwnerOf(record, field) is { } owner)
            {
                names.Add(owner);
            }
        }
    }

    private static void Seal(Utf8JsonWriter writer, JsonElement record, SealedField[] fields, SubjectNames subjects)
    {
        writer.WriteStartObject();
        foreach (var property in record.EnumerateObject())
        {
            writer.WritePropertyName(JsonMarshal.GetRawUtf8PropertyName(property));
            switch (SealedField.Find(fields, property))
            {
                case { Kind: SealedKind.User } field:
                    SealUser(writer, property.Value, field, subjects);
                    break;
                case { Kind: SealedKind.Users } field:
                    writer.WriteStartArray();
                    foreach (var user in Elements(property.Value))
                        SealUser(writer, user, field, subjects);
                    writer.WriteEndArray();
                    break;
                case { Kind: SealedKind.Records } field:
                    writer.WriteStartArray();
                    foreach (var element in Elements(property.Value))
                        Seal(writer, element, field.Elements, subjects);
                    writer.WriteEndArray();
                    break;
                case { } field when !IsEmpty(property.Value) && OwnerOf(record, field) is { } owner:
                    SealValue(writer, property.Value, field, subjects[owner]);
                    break;
                default:
                    Copy(writer, property.Value);
                    break;
            }
        }

        writer.WriteEndObject();
    }

    private static void SealUser(Utf8JsonWriter writer, JsonElement value, SealedField field, SubjectNames subjects)
    {
        if (NameIn(value) is not { } name)
            Copy(writer, value);
        else if (subjects[name] is var subject && subject.Name == name)
            writer.WriteStringValue(SealedToken.User(subject.Id));
        else
            SealValue(writer, value, field, subject); // spelled otherwise: clients look things up by the very spelling
    }

    private static void SealValue(Utf8JsonWriter writer, JsonElement value, SealedField field, Subject owner) =>
        writer.WriteStringValue(SealedToken.Value(owner.Id, Sealed.Seal(owner.Key!, JsonMarshal.GetRawUtf8Value(value), field.About)));

    private static string? OwnerOf(JsonElement record, SealedField field) =>
        field.Owner is not null && record.TryGetProperty(field.Owner, out var owner) ? NameIn(owner) : null;

    private static string? NameIn(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } name ? name : null;

    private static JsonElement.ArrayEnumerator Elements(JsonElement list) => list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    private static bool IsEmpty(JsonElement value) => JsonMarshal.GetRawUtf8Value(value) is var raw && (raw.SequenceEqual("null"u8) || raw.Length == 2);

    private static void Copy(Utf8JsonWriter writer, JsonElement value) => writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);

    /// <summary>Opens one event.</summary>
    private readonly struct Opening(string name, IReadOnlyDictionary<SubjectId, Subject> subjects, Reading reading)
    {
        public void Record(Utf8JsonWriter writer, JsonElement record, SealedField[] fields)
        {
            writer.WriteStartObject();
            foreach (var property in record.EnumerateObject())
            {
                writer.WritePropertyName(JsonMarshal.GetRawUtf8PropertyName(property));
                switch (SealedField.Find(fields, property))
                {
                    case { Kind: SealedKind.User } field:
                        User(writer, property.Value, field);
                        break;
                    case { Kind: SealedKind.Users } field:
                        writer.WriteStartArray();
                        foreach (var user in Elements(property.Value))
                            User(writer, user, field);
                        writer.WriteEndArray();
                        break;
                    case { Kind: SealedKind.Records } field:
                        writer.WriteStartArray();
                        foreach (var element in Elements(property.Value))
                            Record(writer, element, field.Elements);
                        writer.WriteEndArray();
                        break;
                    case { } field when !IsEmpty(property.Value):
                        Value(writer, record, property.Value, field);
                        break;
                    default:
                        Copy(writer, property.Value);
                        break;
                }
            }

            writer.WriteEndObject();
        }

        private void User(Utf8JsonWriter writer, JsonElement value, SealedField field)
        {
            if (!SealedToken.TryRead(value, out var token))
            {
                // In the clear it was written by an earlier version, or it is empty.
                if (reading.IsPseudonymous && !IsEmpty(value))
                    writer.WriteStringValue("[hidden]");
                else
                    Copy(writer, value);
            }
            else if (reading.IsPseudonymous)
            {
                writer.WriteStringValue(token.Id.Value);
            }
            else if (SubjectOf(token) is not { Key: { } key } subject)
            {
                writer.WriteStringValue(SubjectOf(token).Placeholder);
            }
            else if (token.Body.IsEmpty)
            {
                writer.WriteStringValue(subject.Name);
            }
            else
            {
                writer.WriteRawValue(Unsealed(token, key, field), skipInputValidation: true);
            }
        }

        // A value is sealed where its owner is. Where he is not, it is what somebody wrote, even if it looks like a token.
        private void Value(Utf8JsonWriter writer, JsonElement record, JsonElement value, SealedField field)
        {
            var isSealed = field.Owner is not null && record.TryGetProperty(field.Owner, out var owner) && SealedToken.TryRead(owner, out _);
            if (!isSealed || !SealedToken.TryRead(value, out var token))
            {
                if (reading.IsPseudonymous)
                    writer.WriteRawValue(field.Hidden);
                else
                    Copy(writer, value);
            }
            else if (!reading.MaySee(token.Id))
            {
                writer.WriteRawValue(field.Hidden);
            }
            else if (SubjectOf(token).Key is { } key)
            {
                writer.WriteRawValue(Unsealed(token, key, field), skipInputValidation: true);
            }
            else
            {
                writer.WriteRawValue(field.Erased);
            }
        }

        private Subject SubjectOf(SealedToken token) => subjects.TryGetValue(token.Id, out var subject) ? subject : Subject.Erased(token.Id);

        private byte[] Unsealed(SealedToken token, byte[] key, SealedField field)
        {
            var bytes = new byte[Base64Url.GetMaxDecodedLength(token.Body.Length)];
            return Base64Url.DecodeFromUtf8(token.Body, bytes, out _, out var written) == OperationStatus.Done && Sealed.TryOpen(key, bytes.AsSpan(0, written), field.About) is { } plain
                ? plain
                : throw new StoreCorruptException($"A stored event {name} was altered: what it says as {field.Name} cannot be opened with its person's key.");
        }
    }
}
