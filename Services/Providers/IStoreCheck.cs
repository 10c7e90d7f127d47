using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers;

/// <summary>A table of current values, and how many of its rows are not those that the events make, or are missing.</summary>
internal readonly record struct TableCheck(string Table, long Rows, long Differences);

/// <summary>What an operator has a store do beside its work.</summary>
internal interface IStoreCheck : ILinkedLog
{
    /// <summary>
    /// Folds the current values anew from all events in a place of their own and compares them with the live ones, as of one moment. The live
    /// ones stay as they are, and whoever writes is not held up.
    /// </summary>
    Task<IReadOnlyList<TableCheck>> CompareAsync(CancellationToken stop);

    /// <summary>Links what an earlier version wrote without links. Answers how many events were linked.</summary>
    Task<long> LinkHistoryAsync(CancellationToken stop);
}
