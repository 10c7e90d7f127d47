using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Hanging;

/// <summary>What its tests share is never ready, if somebody says so. Only the test of ends does.</summary>
public sealed class HangingFixtureTests(HangingFixtureTests.Fixture fixture) : IClassFixture<HangingFixtureTests.Fixture>
{
    public const string Variable = "SAMETIME_TEST_HANGS";

    [Fact]
    public void One_whose_fixture_is_never_ready() => Assert.NotNull(fixture);

    public sealed class Fixture : IAsyncLifetime
    {
        public async ValueTask InitializeAsync()
        {
            if (Environment.GetEnvironmentVariable(Variable) is null)
                return;
            using (Waits.For("a table that is never laid"))
                await new TaskCompletionSource().Task;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
