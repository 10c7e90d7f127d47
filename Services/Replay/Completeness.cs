using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Replay;

/// <summary>Numbers of one stream that were not there, or were there more than once.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Events">How many events.</param>
/// <param name="Ranges">Which numbers, the first of them if they are many; none for duplicates.</param>
internal sealed record StreamFault(string Stream, long Events, IReadOnlyList<NumberRange> Ranges);

/// <summary>What the log says of events that were removed because their time was over.</summary>
internal sealed record RemovedEvents(string Class, DateTimeOffset Before, long Events);

/// <summary>
/// What stands at the end of every extract: what was asked for, what part of the log was read for it, what it gave out, and what is known
/// to be missing there. Whoever works with an extract can tell by it whether a silence is silence or a hole.
/// </summary>
/// <param name="Asked">The question in words.</param>
/// <param name="Read">First and last position that were read; zeros when there was nothing.</param>
/// <param name="FirstOccurred">When the first event given out happened.</param>
/// <param name="LastOccurred">When the last one happened.</param>
/// <param name="EventsRead">Events that were looked at.</param>
/// <param name="Counts">Events given out, by kind.</param>
/// <param name="Gaps">Missing numbers of streams that one process numbers.</param>
/// <param name="Duplicates">Numbers that came more than once.</param>
/// <param name="Removed">What retention has taken out of the log.</param>
/// <param name="IsInterrupted">Whether it was ended before its end.</param>
/// <param name="ContinueAfter">The position after which an interrupted one goes on.</param>
/// <param name="Failure">Why it could not go on, when it was not interrupted by whoever ran it.</param>
internal sealed record Completeness(
    string Asked,
    LogExtent Read,
    DateTimeOffset? FirstOccurred,
    DateTimeOffset? LastOccurred,
    long EventsRead,
    IReadOnlyList<KeyValuePair<string, long>> Counts,
    IReadOnlyList<StreamFault> Gaps,
    IReadOnlyList<StreamFault> Duplicates,
    IReadOnlyList<RemovedEvents> Removed,
    bool IsInterrupted,
    long ContinueAfter,
    string? Failure = null)
{
    /// <summary>Events given out.</summary>
    public long Events => Counts.Sum(count => count.Value);

    /// <summary>Whether all of the range was read and nothing in it is known to be missing.</summary>
    public bool IsComplete => !IsInterrupted && Gaps.Count == 0 && Removed.Count == 0;

    /// <summary>The statement for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"completeness: {(IsComplete ? "complete" : "NOT complete")}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  asked for     {Asked}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  read          {EventsRead} events{(EventsRead > 0 ? $", positions {Read.First} to {Read.Last}" : "")}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  given out     {Events} events{(FirstOccurred is null ? "" : $", {LogTime.Format(FirstOccurred.Value)} to {LogTime.Format(LastOccurred!.Value)}")}");
        foreach (var (kind, count) in Counts)
            text.AppendLine(CultureInfo.InvariantCulture, $"    {count,10}  {kind}");
        Append("gaps", [.. Gaps.Select(gap => $"{gap.Stream} lacks {gap.Events} ({Words(gap)})")]);
        Append("duplicates", [.. Duplicates.Select(twice => $"{twice.Stream} has {twice.Events} more than once")]);
        Append("removed", [.. Removed.Select(gone => $"{gone.Events} events of class {gone.Class} recorded before {LogTime.Format(gone.Before)}, by retention")]);
        if (IsInterrupted)
            text.AppendLine(CultureInfo.InvariantCulture, $"  interrupted   {(Failure is null ? "" : $"{Failure}; ")}go on with --after {ContinueAfter}");
        return text.ToString().TrimEnd();

        void Append(string what, IReadOnlyList<string> found)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {what,-12}  {(found.Count == 0 ? "none" : found[0])}");
            foreach (var further in found.Skip(1))
                text.AppendLine(CultureInfo.InvariantCulture, $"  {"",-12}  {further}");
        }
    }

    /// <summary>The statement for programs.</summary>
    public JsonObject ToJson() => new()
    {
        ["complete"] = IsComplete,
        ["asked"] = Asked,
        ["firstPosition"] = Read.First,
        ["lastPosition"] = Read.Last,
        ["eventsRead"] = EventsRead,
        ["events"] = Events,
        ["firstOccurred"] = FirstOccurred is { } first ? LogTime.Format(first) : null,
        ["lastOccurred"] = LastOccurred is { } last ? LogTime.Format(last) : null,
        ["counts"] = new JsonObject(Counts.Select(count => KeyValuePair.Create(count.Key, (JsonNode?)count.Value))),
        ["gaps"] = new JsonArray([.. Gaps.Select(gap => new JsonObject
        {
            ["stream"] = gap.Stream,
            ["events"] = gap.Events,
            ["numbers"] = new JsonArray([.. gap.Ranges.Select(range => (JsonNode)range.ToString())]),
        })]),
        ["duplicates"] = new JsonArray([.. Duplicates.Select(twice => new JsonObject { ["stream"] = twice.Stream, ["events"] = twice.Events })]),
        ["removed"] = new JsonArray([.. Removed.Select(gone => new JsonObject
        {
            ["class"] = gone.Class,
            ["before"] = LogTime.Format(gone.Before),
            ["events"] = gone.Events,
        })]),
        ["interrupted"] = IsInterrupted,
        ["continueAfter"] = IsInterrupted ? ContinueAfter : null,
        ["failure"] = Failure,
    };

    private static string Words(StreamFault fault) =>
        string.Join(", ", fault.Ranges) + (fault.Ranges.Sum(range => range.Count) < fault.Events ? ", ..." : "");
}
