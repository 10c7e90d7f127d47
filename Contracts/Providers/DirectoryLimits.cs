namespace Sametime.Contracts.Providers;

/// <summary>Bounds of a directory. Bound from the section <c>Directory</c>.</summary>
public sealed class DirectoryLimits
{
    /// <summary>Letters from which on the beginning of a name is searched for. Default 3: shorter ones list half the company.</summary>
    public int PrefixLettersMin { get; set; } = 3;

    /// <summary>Characters of an id, name or description. Default 256.</summary>
    public int NameCharsMax { get; set; } = 256;

    /// <summary>Login names of one user. Default 32.</summary>
    public int LoginNamesMax { get; set; } = 32;

    /// <summary>Members of one group. Default 10,000.</summary>
    public int GroupMembersMax { get; set; } = 10_000;

    /// <summary>Users and groups of the embedded directory, which keeps them in memory. Default 100,000: about 60 MiB.</summary>
    public int EntriesMax { get; set; } = 100_000;

    /// <summary>What the embedded directory is called where clients list the directories. Default <c>Community</c>.</summary>
    public string Book { get; set; } = "Community";

    /// <summary>How often changes made by another process are looked for. Default 1 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);
}
