namespace Sametime.Contracts.Wire.Resolve;

/// <summary>What a <see cref="ResolveMatch"/> is (u32). Unknown values are kept.</summary>
public enum ResolveKind : uint
{
    /// <summary>A user.</summary>
    User = 1,

    /// <summary>A public group.</summary>
    Group = 2,
}
