using System.Reflection;
using System.Runtime.CompilerServices;
using Sametime.Tests.Mutate.Reach;
using Sametime.Mutation;
using Xunit;
using Xunit.v3;

[assembly: Sametime.Mutation.Hook.SaysWhatRuns]
[assembly: TestCollectionOrderer(typeof(Sametime.Mutation.Hook.AsAsked))]

namespace Sametime.Mutation.Hook;

/// <summary>Tells the switch which tests run.</summary>
internal static class Telling
{
    [ModuleInitializer]
    internal static void Begin() => Mistake.Running = static () => TestContext.Current.TestCollection?.TestCollectionDisplayName;
}

/// <summary>Keeps the name of the test that runs in a file, for the case that it never ends or takes the process with it.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class SaysWhatRunsAttribute : BeforeAfterTestAttribute
{
    private static readonly string? Place = Environment.GetEnvironmentVariable("MISTAKE_TEST");

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (Place is not null)
        {
            File.WriteAllText(Place, test.TestDisplayName);
        }
    }
}

/// <summary>Runs the collections in the order of a file that the environment names.</summary>
internal sealed class AsAsked : ITestCollectionOrderer
{
    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> testCollections)
        where T : Xunit.Sdk.ITestCollection
    {
        if (Environment.GetEnvironmentVariable("MISTAKE_ORDER") is not { } file)
        {
            return testCollections;
        }

        var order = File.ReadLines(file).Select((name, place) => (name, place)).ToDictionary(line => line.name, line => line.place);
        return [.. testCollections.OrderBy(collection => order.GetValueOrDefault(CollectionName.Of(collection.TestCollectionDisplayName), int.MaxValue))];
    }
}
