namespace Sametime.Services.UserStorage;

/// <summary>Limits of the User Storage service; those of what is stored are the provider's. Bound from the section <c>UserStorage</c>.</summary>
internal sealed class UserStorageOptions
{
    /// <summary>Keys in one request; more is answered with RequestInvalid.</summary>
    public int KeysMax { get; set; } = 500;

    /// <summary>Bytes of values in one answer, so that it stays below the size of a frame; more is answered with MessageTooLarge.</summary>
    public int AnswerBytesMax { get; set; } = 1024 * 1024;

    /// <summary>Saves a second of one channel, once the burst is used up; faster ones wait.</summary>
    public double SavesPerSecond { get; set; } = 10;

    /// <summary>Saves of one channel at once.</summary>
    public int SavesBurst { get; set; } = 20;
}
