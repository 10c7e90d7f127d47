namespace Sametime.Tests.Unit.Services.Limits;

/// <summary>What a limit of the options does: at its value, and one above it.</summary>
/// <param name="Option">The options class and the property, as "BrowsingOptions.OpenMax".</param>
/// <param name="What">Which of the things that it limits; empty where there is one only.</param>
/// <param name="AtIt">What happens with as much as is allowed; of a time: one tick before it is over.</param>
/// <param name="AboveIt">What happens with one more, as the property says; of a time: when it is over.</param>
/// <param name="Try">Sets the limit to a small value, does as much as is allowed and so much more, and says what has happened.</param>
internal sealed record Limit(string Option, string What, string AtIt, string AboveIt, Func<int, Task<string>> Try)
{
    public string Name => What.Length == 0 ? Option : $"{Option} ({What})";
}

/// <summary>The limits of some options classes, each with a scene of its own or the test of a class that holds both its sides already.</summary>
internal sealed class LimitBook
{
    public List<Limit> Limits { get; } = [];

    /// <summary>Options whose two sides another test holds: the class and the name of the test.</summary>
    public List<(string Option, Type Tests, string Test)> HeldElsewhere { get; } = [];

    public IEnumerable<string> Options => Limits.Select(static limit => limit.Option).Concat(HeldElsewhere.Select(static held => held.Option));

    /// <summary>Adds a limit whose scene is over at once.</summary>
    public LimitBook Add<TOptions>(string property, string atIt, string aboveIt, Func<int, string> attempt, string what = "") =>
        AddAsync<TOptions>(property, atIt, aboveIt, more => Task.FromResult(attempt(more)), what);

    /// <summary>Adds a limit whose scene has something to wait for.</summary>
    public LimitBook AddAsync<TOptions>(string property, string atIt, string aboveIt, Func<int, Task<string>> attempt, string what = "")
    {
        Limits.Add(new Limit($"{typeof(TOptions).Name}.{property}", what, atIt, aboveIt, attempt));
        return this;
    }

    /// <summary>Adds a limit whose two sides are in a test that is there for more than them.</summary>
    public LimitBook HeldBy<TOptions>(string property, Type tests, string test)
    {
        HeldElsewhere.Add(($"{typeof(TOptions).Name}.{property}", tests, test));
        return this;
    }

    /// <summary>So long that one tick is missing, or not.</summary>
    public static TimeSpan Until(TimeSpan time, int more) => time - TimeSpan.FromTicks(1 - more);
}
