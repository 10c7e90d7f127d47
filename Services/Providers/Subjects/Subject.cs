namespace Sametime.Services.Providers.Subjects;

/// <summary>The opaque id that stands for one person in the log: 32 hexadecimal digits in lower case, drawn by chance.</summary>
internal readonly record struct SubjectId(string Value)
{
    public const int Digits = 32;

    public override string ToString() => Value;
}

/// <summary>A person, or a name that somebody used, as the log knows it.</summary>
/// <param name="Id">Stands for it.</param>
/// <param name="Name">The user id or name, as it was first spelled; null when the subject is erased.</param>
/// <param name="Key">What seals all that is personal of it; null when the subject is erased, or was never known here.</param>
internal sealed record Subject(SubjectId Id, string? Name, byte[]? Key)
{
    /// <summary>What every <see cref="Placeholder"/> begins with.</summary>
    public const string PlaceholderPrefix = "erased-";

    private const int PlaceholderDigits = 12;

    /// <summary>What stands where the user id of an erased person was: always the same for him, so that what he did can still be told apart.</summary>
    public string Placeholder => $"{PlaceholderPrefix}{Id.Value[..PlaceholderDigits]}";

    public static Subject Erased(SubjectId id) => new(id, null, null);
}

/// <summary>A subject as a key store keeps it. Erased, all but the id and the time is gone.</summary>
/// <param name="Id">Stands for it in the log.</param>
/// <param name="Lookup">Finds it by its name.</param>
/// <param name="Name">Its name, sealed with its key.</param>
/// <param name="Key">Its key, wrapped.</param>
internal sealed record SubjectRow(SubjectId Id, byte[]? Lookup, byte[]? Name, byte[]? Key);
