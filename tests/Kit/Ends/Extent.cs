using System.Globalization;

namespace Sametime.Tests.Kit.Ends;

/// <summary>
/// How much a test does of what could go on for hours. Each run does a short form of it, in which every kind of it happens; the environment
/// asks for more, as <c>tests/run --long</c> does.
/// </summary>
public static class Extent
{
    /// <summary>The number that the environment asks for, or the one that is enough in each run.</summary>
    /// <exception cref="InvalidOperationException">It asks for something that is no number above zero.</exception>
    public static int Of(string variable, int inEachRun) => Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } asked
        ? inEachRun
        : int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted > 0
            ? wanted
            : throw new InvalidOperationException($"{variable} is {asked}, which is no number above zero");
}
