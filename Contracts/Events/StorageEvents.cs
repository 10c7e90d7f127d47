using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Events;

/// <summary>A user's value was stored under a key, in place of the one before.</summary>
[EventName("storage.item-saved", 1)]
public sealed record UserStorageItemSaved([Personal] UserId User, uint Key, [Personal] Opaque Value) : IEvent;

/// <summary>A user's privacy list was stored, in place of the one before.</summary>
/// <param name="User">Whose list it is.</param>
/// <param name="Deny">True: everybody but the listed may see the user. False: only the listed may.</param>
/// <param name="Listed">The listed.</param>
[EventName("storage.privacy-list-saved", 1)]
public sealed record PrivacyListSaved([Personal] UserId User, bool Deny, Items<PrivacyListed> Listed) : IEvent;

/// <summary>One entry of a stored privacy list.</summary>
public readonly record struct PrivacyListed([Personal] UserId User, [NotPersonal] string Community, [Personal] string? Name);
