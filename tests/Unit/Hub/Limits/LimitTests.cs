using System.Reflection;
using Sametime.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub.Limits;

/// <summary>
/// Every limit of the hub at its value and one above: what is allowed, and what becomes of the next one. A time is one moment before it and
/// at it. A limit without a scenario fails, so that a new one is held by existing.
/// </summary>
public sealed class LimitTests
{
    public static TheoryData<string> Names =>
        [.. typeof(HubLimits).GetProperties(BindingFlags.Instance | BindingFlags.Public).Select(static limit => limit.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_limit_is_kept_to_the_one(string name)
    {
        Assert.True(
            LimitScenarios.All.TryGetValue(name, out var limit),
            $"{name} has no scenario: say in {nameof(LimitScenarios)} what happens at it and one above.");

        Assert.Equal((limit.AtIt, limit.OneAbove), (limit.Run(0), limit.Run(1)));
    }
}
