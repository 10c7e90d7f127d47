using System.Reflection;
using Xunit;
using Xunit.v3;

namespace Sametime.Tests.Kit.Ends;

/// <summary>
/// Gives every test of a project an end of its own. Of one that is past it the output says its name and what it waits for, and its token is
/// cancelled, so that it fails by itself and the others go on. One that does not end even so is reported as failed, and the run ends with it.
/// Each test project has this from <c>tests/Directory.Build.props</c>.
/// </summary>
/// <param name="seconds">How long a test may take that does not say otherwise by <see cref="EndsWithinAttribute"/>.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TestsEndAttribute(int seconds) : Attribute, ITestFrameworkAttribute, IBeforeAfterTestAttribute
{
    /// <summary>How long a test may take that does not say otherwise.</summary>
    public int Seconds => seconds;

    public Type FrameworkType => typeof(EndingFramework);

    public void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        EndWatch.Current?.Enters(test.UniqueID, TestContext.Current);
    }

    public void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        if (EndWatch.Current?.SaidOf(test.UniqueID) is { } said)
            throw new TimeoutException(said);
    }
}
