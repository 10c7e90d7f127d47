using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;

namespace Sametime.Services.Replay;

/// <summary>What part of the log is asked for, and how it may be shown.</summary>
/// <param name="View">Whether persons may be recognised.</param>
/// <param name="From">The first moment or position, included; null for the beginning.</param>
/// <param name="To">The last one, included; null for the end of the log as it is now.</param>
/// <param name="After">The position that a former, interrupted replay came to; 0 for none.</param>
internal sealed record ReplayQuestion(EventView View, LogPoint? From = null, LogPoint? To = null, long After = 0)
{
    public IReadOnlyList<string> Kinds { get; init; } = [];

    public IReadOnlyList<string> Users { get; init; } = [];

    public IReadOnlyList<string> Places { get; init; } = [];

    public IReadOnlyList<ushort> Hubs { get; init; } = [];

    /// <summary>The filter, new for each replay, since it learns.</summary>
    public EventFilter CreateFilter() => new()
    {
        Kinds = Kinds,
        Users = Users.Select(user => new UserId(user)).ToHashSet(),
        Places = Places.ToHashSet(StringComparer.Ordinal),
        Hubs = Hubs.ToHashSet(),
        From = From?.Time,
        To = To?.Time,
    };

    /// <summary>The question in words.</summary>
    public override string ToString()
    {
        var words = CreateFilter() + $" from {From?.ToString() ?? "the beginning"} to {To?.ToString() ?? "the end"}";
        return $"{words}{(After > 0 ? $", after position {After}" : "")}{(View == EventView.Plain ? ", named" : ", under pseudonyms")}";
    }

    /// <summary>
    /// The positions among which the events of the question lie. A range of time is of when things happened: something that was stated by a
    /// clock that is ahead, or reached the log late, lies outside of what was recorded meanwhile.
    /// </summary>
    public async ValueTask<LogRange> LocateAsync(IEventLog log, ReplayOptions options, CancellationToken stop)
    {
        var extent = await log.MeasureAsync(stop);
        var after = From switch
        {
            { Position: { } position } => Math.Max(0, position - 1),
            { Time: { } time } => await log.PositionBeforeAsync(Earlier(time, options.ClockSkewMax), stop),
            _ => 0,
        };
        var to = To switch
        {
            { Position: { } position } => Math.Min(position, extent.Last),
            { Time: { } time } => await LastBeforeAsync(log, extent, Later(time, options.LateMax), stop),
            _ => extent.Last,
        };
        return new LogRange(after, to);
    }

    private static async ValueTask<long> LastBeforeAsync(IEventLog log, LogExtent extent, DateTimeOffset time, CancellationToken stop) =>
        Math.Min(extent.Last, await log.PositionBeforeAsync(time, stop));

    private static DateTimeOffset Earlier(DateTimeOffset time, TimeSpan by) => time - DateTimeOffset.MinValue > by ? time - by : DateTimeOffset.MinValue;

    private static DateTimeOffset Later(DateTimeOffset time, TimeSpan by) => DateTimeOffset.MaxValue - time > by ? time + by : DateTimeOffset.MaxValue;
}
