namespace Sametime.Services.Providers.Subjects;

/// <summary>How the keys of persons are kept at hand, and how a person is erased. Bound from the section <c>Subjects</c>.</summary>
internal sealed class SubjectOptions
{
    private static readonly TimeSpan CacheLifetimeMax = TimeSpan.FromMinutes(1);

    /// <summary>How long a key that was read is kept in memory: this long after a person was erased others may still read him. Default 30 s.</summary>
    public TimeSpan CacheLifetime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Keys kept in memory. Default 10,000: about 4 MiB.</summary>
    public int CachedMax { get; set; } = 10_000;

    /// <summary>How long an erase waits until running servers have heard that the user is removed. Default 30 s.</summary>
    public TimeSpan EraseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an erase then waits for what the ended logins still state, before it destroys the keys. Default 5 s.</summary>
    public TimeSpan EraseGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes up to which an erase writes the store's file, or each table of the database, anew, so that nothing is left in its free space. Default 1 GiB.</summary>
    public long RewriteBytesMax { get; set; } = 1024 * 1024 * 1024;

    /// <summary>Refuses what cannot work, in one sentence.</summary>
    /// <exception cref="InvalidOperationException">Says what is wrong.</exception>
    public void Check()
    {
        if (CacheLifetime > CacheLifetimeMax)
            throw new InvalidOperationException("Subjects:CacheLifetime is above 00:01:00: a person who was erased must not be readable for longer");
    }
}
