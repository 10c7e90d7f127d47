namespace Sametime.Contracts.Wire.Resolve;

/// <summary>How to look for names (u32). With neither users nor groups asked for, users are meant. Unknown bits are kept.</summary>
[Flags]
public enum ResolveFlags : uint
{
    /// <summary>No wish.</summary>
    None = 0,

    /// <summary>Return a match only if it is the only one.</summary>
    Unique = 0x01,

    /// <summary>Return the first match only.</summary>
    FirstOnly = 0x02,

    /// <summary>Search all directories, not only the first that has a match.</summary>
    AllDirectories = 0x04,

    /// <summary>Look for users.</summary>
    Users = 0x08,

    /// <summary>Look for groups.</summary>
    Groups = 0x10,
}
