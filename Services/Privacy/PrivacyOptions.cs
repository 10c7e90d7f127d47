namespace Sametime.Services.Privacy;

/// <summary>Limits of privacy lists. Bound from the section <c>Privacy</c>.</summary>
internal sealed class PrivacyOptions
{
    /// <summary>Users on one list; more is refused with RequestInvalid. The hub holds the same limit.</summary>
    public int UsersMax { get; set; } = 1_000;

    /// <summary>Characters of an id or name on it; more is refused with RequestInvalid.</summary>
    public int TextCharsMax { get; set; } = 256;
}
