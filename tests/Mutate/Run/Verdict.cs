using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate.Run;

/// <summary>What became of a mistake.</summary>
internal enum Fate
{
    /// <summary>A test failed.</summary>
    Found,

    /// <summary>The process of the tests ended by itself.</summary>
    FoundByCrash,

    /// <summary>A test did not end.</summary>
    FoundByTime,

    /// <summary>All tests that come by it passed.</summary>
    Survived,

    /// <summary>No test comes by it.</summary>
    NotReached,
}

/// <summary>A mistake that was judged.</summary>
/// <param name="Mutant">The mistake.</param>
/// <param name="Fate">What became of it.</param>
/// <param name="Test">The test that found it; empty when none did.</param>
/// <param name="Classes">How many test classes come by it.</param>
/// <param name="Time">How long it took to judge.</param>
internal sealed record Verdict(Mutant Mutant, Fate Fate, string Test, int Classes, TimeSpan Time)
{
    public bool IsFound => Fate is Fate.Found or Fate.FoundByCrash or Fate.FoundByTime;
}
