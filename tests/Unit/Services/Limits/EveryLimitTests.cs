using System.Reflection;
using Sametime.Services.BuddyList;
using Xunit;

namespace Sametime.Tests.Unit.Services.Limits;

/// <summary>
/// Every number and every time of the options of these services does what it says, at its value and one above. A new one is held by being there:
/// without a scene here it fails the test.
/// </summary>
public sealed class EveryLimitTests
{
    private const string Services = "Sametime.Services";

    private static readonly string[] Namespaces = ["BuddyList", "Users", "Privacy", "Browsing", "Resolve", "UserStorage", "ChatLogging", "Logger"];

    private static readonly Type[] Numbers =
    [
        typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(float), typeof(double),
            typeof(decimal),
        typeof(TimeSpan),
    ];

    private static readonly LimitBook[] Books =
    [
        BuddyListLimits.Book, DirectoryLimits.Book, StoreLimits.Book, PasswordLimits.Book, TokenLimits.Book,
    ];

    public static TheoryData<string> Names => [.. Books.SelectMany(static book => book.Limits).Select(static limit => limit.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task At_its_value_a_limit_allows_and_one_above_it_does_what_it_says(string name)
    {
        var limit = Books.SelectMany(static book => book.Limits).Single(limit => limit.Name == name);

        Assert.NotEqual(limit.AtIt, limit.AboveIt);
        Assert.Equal(limit.AtIt, await limit.Try(0));
        Assert.Equal(limit.AboveIt, await limit.Try(1));
    }

    [Fact]
    public void Every_number_and_time_of_the_options_has_a_scene()
    {
        var options = typeof(BuddyListOptions).Assembly.GetTypes()
            .Where(static type => type.Name.EndsWith("Options", StringComparison.Ordinal) && IsOfTheseServices(type))
            .ToArray();
        var properties = options
            .SelectMany(static type => type.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
                .Where(static property => Numbers.Contains(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType))
                .Select(property => $"{type.Name}.{property.Name}"))
            .Order(StringComparer.Ordinal);

        Assert.True(options.Length >= Namespaces.Length, "Some service has no options any more, or they are elsewhere.");
        Assert.Equal(properties, Books.SelectMany(static book => book.Options).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_another_test_holds_is_a_test()
    {
        foreach (var (option, tests, name) in Books.SelectMany(static book => book.HeldElsewhere))
        {
            var test = tests.GetMethod(name);
            Assert.True(test?.GetCustomAttributes<FactAttribute>().Any() == true, $"{option} is held by {tests.Name}.{name}, which is no test.");
        }
    }

    private static bool IsOfTheseServices(Type type) => Namespaces.Any(name =>
        type.Namespace == $"{Services}.{name}" || type.Namespace?.StartsWith($"{Services}.{name}.", StringComparison.Ordinal) == true);
}
