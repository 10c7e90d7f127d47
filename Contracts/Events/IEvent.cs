namespace Sametime.Contracts.Events;

/// <summary>
/// A fact: an immutable record, named in the past tense, listed in <see cref="EventCatalogue"/>. What is known of its happening (when,
/// where, in which order) lies around it, in <see cref="EventEnvelope"/>. Fields are only ever added, with a default for old events.
/// </summary>
public interface IEvent;

/// <summary>A stored fact whose name this program does not know, because a newer one wrote it. Kept as it is and passed over.</summary>
/// <param name="Name">The name it was stored under.</param>
/// <param name="Version">The version of its schema.</param>
/// <param name="Json">Its fields, as stored.</param>
public sealed record UnknownEvent([NotPersonal] string Name, int Version, [Personal] string Json) : IEvent;

/// <summary>The lasting name of an event and the version of its fields. A name is never given to another fact.</summary>
/// <param name="name">Subject and fact in lower case, such as <c>storage.item-saved</c>.</param>
/// <param name="version">1 at first; raised when an old event needs an upcaster to be read.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventNameAttribute(string name, int version) : Attribute
{
    public string Name { get; } = name;

    public int Version { get; } = version;
}

/// <summary>This field says something of a person: it is hidden in exports without the right to see it, and erased with the person.</summary>
/// <param name="of">
/// The field that says whose it is: his id, or the name he goes by. Without it, it is his whom the first personal <c>UserId</c> of the event
/// names; a user id is always its own user's.
/// </param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class PersonalAttribute(string? of = null) : Attribute
{
    public string? Of { get; } = of;
}

/// <summary>This field of text or bytes says nothing of a person.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class NotPersonalAttribute : Attribute;

/// <summary>This field helps whoever reads it to get in, such as a password's hash: it leaves the store for verification only.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class SecretAttribute : Attribute;
