namespace Sametime.Contracts.Wire.Directory;

/// <summary>What a <see cref="DirectoryEntry"/> is (u16). Unknown values are kept.</summary>
public enum DirectoryEntryKind : ushort
{
    /// <summary>A user, with a long name.</summary>
    User = 0,

    /// <summary>A public group, without.</summary>
    Group = 1,
}
