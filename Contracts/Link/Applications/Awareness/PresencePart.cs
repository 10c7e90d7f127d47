using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Applications.Awareness;

/// <summary>
/// One hub's part of a user's presence: all his logins there taken together. Element of <see cref="PresenceParts"/>.
/// <code>
/// user        String
/// fields      uint8    1 face, 2 attributes, 4 privacy: which of these follow; what does not follow is as told before
/// face        PresenceFace
/// attributes  count + PresenceAttribute each; all there are
/// privacy     PrivacyInfo   who may see him; the receiver tells nobody else of any of this
/// </code>
/// </summary>
public readonly record struct PresencePart(
    string User,
    PresenceFace? Face,
    Items<PresenceAttribute>? Attributes,
    PrivacyInfo? Privacy)
{
    // An empty id and no fields.
    internal const int SizeMin = 3;

    [Flags]
    private enum Fields : byte
    {
        Face = 1,
        Attributes = 2,
        Privacy = 4,
    }

    /// <summary>False when there is nothing to tell.</summary>
    public bool HasFields => Face is not null || Attributes is not null || Privacy is not null;

    public static PresencePart Read(ref WireReader reader)
    {
        var user = reader.ReadString();
        var fields = (Fields)reader.ReadByte();
        return new(
            user,
            (fields & Fields.Face) != 0 ? PresenceFace.Read(ref reader) : null,
            (fields & Fields.Attributes) != 0 ? reader.ReadItems(PresenceAttribute.SizeMin, PresenceAttribute.Read) : null,
            (fields & Fields.Privacy) != 0 ? PrivacyInfo.Read(ref reader) : null);
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(User);
        writer.WriteByte((byte)(
            (Face is null ? 0 : Fields.Face) | (Attributes is null ? 0 : Fields.Attributes) | (Privacy is null ? 0 : Fields.Privacy)));
        Face?.Write(ref writer);
        if (Attributes is { } attributes)
        {
            writer.WriteUInt32((uint)attributes.Count);
            foreach (ref readonly var attribute in attributes)
                attribute.Write(ref writer);
        }
        Privacy?.Write(ref writer);
    }
}

/// <summary>
/// What the login of a user that spoke last at a hub says of him.
/// <code>
/// login id      String   that login; empty when he is offline there, then nothing follows
/// display name  String
/// status        UserStatus
/// spoke at      Moment   when that login last said something: of several hubs the latest gives what watchers see
/// </code>
/// </summary>
public sealed record PresenceFace(string LoginId, string DisplayName, UserStatus Status, Moment SpokeAt)
{
    /// <summary>No login, or none that shows itself.</summary>
    public static PresenceFace Offline { get; } = new("", "", default, default);

    public bool IsOnline => LoginId.Length > 0;

    public static PresenceFace Read(ref WireReader reader) => reader.ReadString() is { Length: > 0 } loginId
        ? new(loginId, reader.ReadString(), UserStatus.Read(ref reader), Moment.Read(ref reader))
        : Offline;

    public void Write(ref WireWriter writer)
    {
        writer.WriteString(LoginId);
        if (!IsOnline)
            return;
        writer.WriteString(DisplayName);
        Status.Write(ref writer);
        SpokeAt.Write(ref writer);
    }
}

/// <summary>
/// An attribute of a user.
/// <code>
/// key     uint32   (AttributeKeys)
/// set at  Moment   of several hubs the latest counts
/// value   Opaque
/// </code>
/// </summary>
public readonly record struct PresenceAttribute(uint Key, Moment SetAt, Opaque Value)
{
    internal const int SizeMin = 16;

    public static PresenceAttribute Read(ref WireReader reader) => new(reader.ReadUInt32(), Moment.Read(ref reader), reader.ReadOpaque());

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Key);
        SetAt.Write(ref writer);
        writer.WriteOpaque(Value);
    }
}
