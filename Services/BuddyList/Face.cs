using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;

namespace Sametime.Services.BuddyList;

/// <summary>How a user looks to those who may see him, whichever way they spell him. The default is offline.</summary>
internal readonly record struct Face(bool IsOnline, string LoginId, UserStatus Status, string DisplayName)
{
    public static Face Offline => default;

    /// <summary>True when watchers see no difference. The login behind it is not shown by any client.</summary>
    public bool LooksLike(Face other) =>
        IsOnline == other.IsOnline && Status == other.Status && string.Equals(DisplayName, other.DisplayName, StringComparison.Ordinal);

    public PresenceBlock ToBlock(AwareId id, string group = "") => IsOnline
        ? new PresenceBlock(id, group, IsOnline: true, LoginId, Status, DisplayName)
        : PresenceBlock.Offline(id, group);
}
