namespace Sametime.Services.Providers.Sqlite;

/// <summary>Where and how the embedded store keeps its one file. Bound from the section <c>Store</c>.</summary>
internal sealed class SqliteStoreOptions
{
    /// <summary>Folder of the store; made, for this account only, if it is not there.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>How long to wait for another process that is writing. Default 5 s; a commit takes milliseconds.</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Writes that may wait; further ones wait for a place. Default 1,000.</summary>
    public int WaitingWritesMax { get; set; } = 1_000;

    /// <summary>Writes that share one commit at most. Default 256: beyond about 100 the cost of the sync no longer shows.</summary>
    public int CommitWritesMax { get; set; } = 256;

    /// <summary>Events that share one commit at most, and so the most that are recorded at once. Default 10,000: a tenth of a second.</summary>
    public int CommitEventsMax { get; set; } = 10_000;

    /// <summary>Connections kept open for reading. Default 4.</summary>
    public int IdleReadersMax { get; set; } = 4;

    /// <summary>Events read in one go; no read lasts longer than that, so checkpoints get their turn. Default 1,000.</summary>
    public int ReadPageEvents { get; set; } = 1_000;

    /// <summary>The file with the keys of persons.</summary>
    public string SubjectsFilePath => Path.Combine(DataDirectory, "subjects.db");

    /// <summary>The store's file.</summary>
    public string FilePath => Path.Combine(DataDirectory, "sametime.db");
}
