using System.Globalization;
using Xunit.v3;

namespace Sametime.Tests.Kit.Ends;

/// <summary>How long a test, or each test of a class, may take, where that is not what the tests of its project usually may.</summary>
/// <param name="seconds">What it may take on a busy machine.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public class EndsWithinAttribute(int seconds) : Attribute, ITraitAttribute
{
    internal const string Trait = "ends within seconds";
    internal const string GraceTrait = "gone within seconds";

    /// <summary>How long a test may take.</summary>
    public int Seconds => seconds;

    /// <summary>How long it has to end once its token is cancelled.</summary>
    public int Grace { get; init; } = 30;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() =>
    [
        KeyValuePair.Create(Trait, seconds.ToString(CultureInfo.InvariantCulture)),
        KeyValuePair.Create(GraceTrait, Grace.ToString(CultureInfo.InvariantCulture)),
    ];
}
