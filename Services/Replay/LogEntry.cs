using Sametime.Contracts.Providers;

namespace Sametime.Services.Replay;

/// <summary>An event as it may be shown, and as it is known to whoever chooses among the events.</summary>
/// <param name="Shown">In the view that the extract is made in.</param>
/// <param name="Known">In the plain view where the choice needs names, else the same.</param>
internal readonly record struct LogEntry(StoredEvent Shown, StoredEvent Known);
