using System.Diagnostics;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Repository;
using Xunit;

namespace Sametime.Tests.Unit.Ends;

/// <summary>No test can hang: each has an end of its own, which names it and what it waited for.</summary>
[Trait("Mutation", "No")]
public sealed class EndTests
{
    private const string Hanging = "Sametime.Tests.Hanging.HangingTests";
    private const string HangingFixture = "Sametime.Tests.Hanging.HangingFixtureTests";
    private const string Queueing = "Sametime.Tests.Hanging.QueueingTests.*";
    private const string Waiting = $"{Hanging}.One_that_waits_for_what_does_not_come";
    private const string Idle = $"{Hanging}.One_that_knows_its_end_and_waits_for_it";
    private const string Stuck = $"{Hanging}.One_that_never_gives_its_thread_back";
    private const string Shared = $"{HangingFixture}.One_whose_fixture_is_never_ready";

    // Beside this project: ../Samples/Hanging/bin/<configuration>/<framework>.
    private static readonly string Program = Repo.BuiltSample("Hanging", "Sametime.Tests.Hanging.dll");

    // A program starts in it, on a machine that may be busy.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tests_that_do_not_end_are_named_with_what_they_wait_for_and_cancelled_and_the_others_go_on()
    {
        var run = await RunAsync([Waiting, Idle, Shared]);

        // On the output at once, and in the failure.
        foreach (var said in new[]
        {
            $@"{Waiting} was to end within 1 s; it waits for a letter that nobody has written \(since [0-9.]+ s\)\.",
            $@"{Idle} was to end within 1 s; it waits for nothing that says so, and waited last for a bus that has come and gone \(since [0-9.]+ s\)\.",
        })
        {
            Assert.Matches($"(?m)^{said}$", run.Output);
            Assert.Matches($"TimeoutException : {said}", run.Output);
        }

        Assert.Matches(@"(?m)^ +failed: 2\s*$", run.Output);
        Assert.Matches(@"(?m)^ +succeeded: 1\s*$", run.Output);
        Assert.DoesNotContain("the run ends here", run.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, run.Code);
        Assert.Equal(new[] { Waiting, Idle, Shared }.SelectMany(test => new[] { "+" + test, "-" + test }).Order(), run.Book.Order());
    }

    [Fact]
    public async Task The_time_of_a_test_begins_when_it_has_a_place_among_those_that_run()
    {
        var run = await RunAsync([Queueing]);

        Assert.Matches(@"(?m)^ +failed: 0\s*$", run.Output);
        Assert.Matches(@"(?m)^ +succeeded: 4\s*$", run.Output);

        // They were all announced before the first of them had ended, or this shows nothing.
        Assert.Equal("++++----", string.Concat(run.Book.Select(static line => line[0])));
    }

    [Fact]
    public async Task A_test_that_does_not_heed_its_end_fails_by_its_name_and_ends_the_run()
    {
        var run = await RunAsync([Stuck]);

        Assert.Contains($"failed {Stuck}", run.Output, StringComparison.Ordinal);
        Assert.Contains("It did not end when it was cancelled either; the run ends here, with 1 tests under way.", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^ +failed: 1\s*$", run.Output);
        Assert.NotEqual(0, run.Code);
        Assert.Equal(["+" + Stuck], run.Book);
    }

    [Fact]
    public async Task Where_what_tests_share_is_never_ready_the_run_ends_and_says_for_what_it_waited()
    {
        var run = await RunAsync([Shared], ("SAMETIME_TEST_HANGS", "1"), (EndWatch.UsualVariable, "5"));

        Assert.Matches(
            $@"For 5 s no test has begun or ended, in Test collection for {HangingFixture}[^;]*; it waits for a table that is never laid \(since", run.Output);
        Assert.Equal(1, run.Code);
        Assert.Empty(run.Book);
    }

    // Tests that nobody runs otherwise.
    private static async Task<(int Code, string Output, string[] Book)> RunAsync(string[] tests, params (string Name, string Value)[] variables)
    {
        var book = Path.GetTempFileName();
        try
        {
            string[] words = ["exec", Program, "--progress", "off", "--ansi", "off"];
            var start = new ProcessStartInfo("dotnet", [.. words, .. tests.SelectMany(test => new[] { "--filter-method", test })])
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
                var what = $"the end of {string.Join(", ", tests)}";
                var complaints = process.StandardError.ReadToEndAsync(Stop);
                var output = await process.StandardOutput.ReadToEndAsync(Stop).ForAsync(what, Stop, Patience);
                await complaints.ForAsync(what, Stop, Patience);
                await process.WaitForExitAsync(Stop).ForAsync(what, Stop, Patience);
                return (process.ExitCode, output, await File.ReadAllLinesAsync(book, Stop));
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
