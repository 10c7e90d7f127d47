namespace Sametime.Contracts.Wire.Directory;

/// <summary>Where a <see cref="DirectorySearch"/> goes (u32). Unknown values are kept.</summary>
public enum DirectorySearchOperation : uint
{
    /// <summary>To the page after the one found last.</summary>
    NextPage = 0,

    /// <summary>To the page before the one found last.</summary>
    PreviousPage = 1,

    /// <summary>To the first entry that is not before the query.</summary>
    Seek = 8,
}
