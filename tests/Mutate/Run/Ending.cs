namespace Sametime.Tests.Mutate.Run;

/// <summary>How a run of tests ended.</summary>
internal enum Ending
{
    /// <summary>All passed.</summary>
    Passed,

    /// <summary>A test failed.</summary>
    Failed,

    /// <summary>The process ended by itself before the tests had.</summary>
    Crashed,

    /// <summary>The tests did not end in their time.</summary>
    TimedOut,
}

/// <summary>What became of a run of tests.</summary>
/// <param name="How">How it ended.</param>
/// <param name="Test">The test that failed, or that ran when the process ended or had to be ended.</param>
/// <param name="Output">What the process wrote.</param>
internal sealed record Outcome(Ending How, string Test, string Output);
