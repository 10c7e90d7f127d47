namespace Sametime.Services.Replay;

/// <summary>How the log is read for replay and export. Bound from the section <c>Replay</c>.</summary>
public sealed class ReplayOptions
{
    /// <summary>Events that are taken from the store in one piece.</summary>
    public int PageEvents { get; set; } = 1_000;

    /// <summary>Pieces read ahead of what is being worked on; with the size of a piece this bounds the memory of a replay.</summary>
    public int PagesAhead { get; set; } = 4;

    /// <summary>How far the clocks of two machines of the community may be apart without an event being missed at the beginning of a range of time.</summary>
    public TimeSpan ClockSkewMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How late an event may reach the log and still be found by the time at which it happened.</summary>
    public TimeSpan LateMax { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often an interrupted replay's place is written to its bookmark.</summary>
    public TimeSpan BookmarkInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Events in one row group of a Parquet file; this many are held in memory.</summary>
    public int RowGroupEvents { get; set; } = 20_000;

    /// <summary>Missing or repeated numbers that a completeness statement names one by one; beyond it, it counts.</summary>
    public int NamedRangesMax { get; set; } = 20;
}
