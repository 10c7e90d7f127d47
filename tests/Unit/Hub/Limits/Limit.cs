namespace Sametime.Tests.Unit.Hub.Limits;

/// <summary>What a limit does.</summary>
/// <param name="Run">Goes so far above the limit, 0 or 1, and says what has become of it.</param>
/// <param name="AtIt">What it says at the limit.</param>
/// <param name="OneAbove">What it says one above.</param>
internal sealed record Limit(Func<int, string> Run, string AtIt, string OneAbove);
