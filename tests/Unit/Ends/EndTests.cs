using System.Diagnostics;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Unit.Ends;

/// <summary>No test can hang: each has an end of its own, which names it and what it waited for.</summary>
[Trait("Mutation", "No")]
public sealed class EndTests
{
    // Beside this project: ../Samples/Hanging/bin/<configuration>/<framework>.
    private static readonly string Hanging = HangingProgram();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_test_that_does_not_end_is_named_with_what_it_waits_for_and_cancelled()
    {
        var run = await RunAsync("Sametime.Tests.Hanging.HangingTests.One_that_waits_for_what_does_not_come");

        // On the output at once, and in the failure.
        var said = $@"{run.Test} was to end within 1 s; it waits for a letter that nobody has written \(since [0-9.]+ s\)\.";
        Assert.Matches($"(?m)^{said}$", run.Output);
        Assert.Matches($"TimeoutException : {said}", run.Output);
        Assert.Contains($"failed {run.Test}", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("the run ends here", run.Output, StringComparison.Ordinal);
        Assert.Equal([$"+{run.Test}", $"-{run.Test}"], run.Book);
        Assert.Matches(@"(?m)^ +failed: 1\s*$", run.Output);
        Assert.NotEqual(0, run.Code);
    }

    [Fact]
    public async Task Of_a_test_that_waits_for_nothing_that_says_so_the_last_wait_is_told()
    {
        var run = await RunAsync("Sametime.Tests.Hanging.HangingTests.One_that_knows_its_end_and_waits_for_it");

        Assert.Matches(
            $@"{run.Test} was to end within 1 s; it waits for nothing that says so, and waited last for a bus that has come and gone \(since [0-9.]+ s\)\.",
            run.Output);
        Assert.Matches(@"(?m)^ +failed: 1\s*$", run.Output);
        Assert.NotEqual(0, run.Code);
    }

    [Fact]
    public async Task A_test_that_does_not_heed_its_end_fails_by_its_name_and_ends_the_run()
    {
        var run = await RunAsync("Sametime.Tests.Hanging.HangingTests.One_that_never_gives_its_thread_back");

        Assert.Contains($"failed {run.Test}", run.Output, StringComparison.Ordinal);
        Assert.Contains("It did not end when it was cancelled either; the run ends here, with 1 tests under way.", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^ +failed: 1\s*$", run.Output);
        Assert.NotEqual(0, run.Code);
        Assert.Equal([$"+{run.Test}"], run.Book);
    }

    [Fact]
    public async Task Where_what_tests_share_is_never_ready_the_run_ends_and_says_for_what_it_waited()
    {
        var run = await RunAsync(
            "Sametime.Tests.Hanging.HangingFixtureTests.One_whose_fixture_is_never_ready", ("SAMETIME_TEST_HANGS", "1"), (EndWatch.UsualVariable, "5"));

        Assert.Matches(
            $@"For 5 s no test has begun or ended, in Test collection for Sametime.Tests.Hanging.HangingFixtureTests[^;]*; it waits for a table that is never laid \(since",
            run.Output);
        Assert.Equal(1, run.Code);
        Assert.Empty(run.Book);
    }

    [Fact]
    public async Task What_ends_is_nobodys_concern_and_stands_in_the_book_from_beginning_to_end()
    {
        var run = await RunAsync("Sametime.Tests.Hanging.HangingFixtureTests.One_whose_fixture_is_never_ready");

        Assert.Equal(0, run.Code);
        Assert.Equal([$"+{run.Test}", $"-{run.Test}"], run.Book);
    }

    private static string HangingProgram()
    {
        var mine = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.Combine(
            mine.Parent!.Parent!.Parent!.Parent!.FullName, "Samples", "Hanging", "bin", mine.Parent.Name, mine.Name, "Sametime.Tests.Hanging.dll");
    }

    // One of the tests that nobody runs otherwise.
    private static async Task<(string Test, int Code, string Output, string[] Book)> RunAsync(string test, params (string Name, string Value)[] variables)
    {
        var book = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(
                "dotnet", ["exec", Hanging, "--progress", "off", "--ansi", "off", "--filter-method", test])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { [EndWatch.BookVariable] = book },
            };
            foreach (var (name, value) in variables)
                start.Environment[name] = value;
            using var process = Process.Start(start)!;
            try
            {
                var complaints = process.StandardError.ReadToEndAsync(Stop);
                var output = await process.StandardOutput.ReadToEndAsync(Stop).ForAsync($"the end of {test}", Stop);
                await complaints.ForAsync($"the end of {test}", Stop);
                await process.WaitForExitAsync(Stop).ForAsync($"the end of {test}", Stop);
                return (test, process.ExitCode, output, await File.ReadAllLinesAsync(book, Stop));
            }
            finally
            {
                process.Kill();
            }
        }
        finally
        {
            File.Delete(book);
        }
    }
}
