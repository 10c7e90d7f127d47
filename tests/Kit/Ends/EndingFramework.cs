using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Sametime.Tests.Kit.Ends;

/// <summary>xunit as it is, but that somebody watches how long tests take.</summary>
public sealed class EndingFramework(string? configFileName) : XunitTestFramework(configFileName)
{
    private readonly string? _configFileName = configFileName;

    public EndingFramework()
        : this(null)
    {
    }

    protected override ITestFrameworkExecutor CreateExecutor(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return new Executor(new XunitTestAssembly(assembly, _configFileName, assemblyName: null));
    }

    private sealed class Executor(IXunitTestAssembly tests) : XunitTestFrameworkExecutor(tests)
    {
        public override async ValueTask RunTestCases(
            IReadOnlyCollection<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions,
            CancellationToken cancellationToken)
        {
            var seconds = TestAssembly.Assembly.GetCustomAttribute<TestsEndAttribute>()!.Seconds;
            using var watch = new EndWatch(TimeSpan.FromSeconds(seconds), executionMessageSink);

            // On a thread of their own: a test that never gives it back must not hold up what comes after.
            var running = Task.Run(async () => await base.RunTestCases(testCases, watch, executionOptions, cancellationToken), CancellationToken.None);
            await await Task.WhenAny(running, watch.GivenUp);
        }
    }
}
