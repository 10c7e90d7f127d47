using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Sametime.Tests.Mutate.Run;

/// <summary>A built program of tests, each run of which is a process of its own.</summary>
/// <param name="name">What its project is called.</param>
/// <param name="folder">Where it lies, with the product beside it.</param>
internal sealed partial class TestProgram(string name, string folder)
{
    private const int OutputKept = 200_000;

    /// <summary>Memory is not taken from the rest of the machine by a mistake that never stops asking for it.</summary>
    private const string HeapMax = "0x80000000";

    public string Name => name;

    /// <summary>Runs tests one after another until one fails.</summary>
    /// <param name="words">What the runner is told beside that.</param>
    /// <param name="variables">What the environment has beside ours.</param>
    /// <param name="scratch">A folder of this run, for temporary files; it is gone afterwards.</param>
    /// <param name="patience">How long the same test may run.</param>
    /// <param name="limit">How long all of it may take.</param>
    /// <param name="stop">Ends the process.</param>
    public async Task<Outcome> RunAsync(
        IEnumerable<string> words,
        IReadOnlyDictionary<string, string> variables,
        string scratch,
        Func<string, TimeSpan> patience,
        TimeSpan limit,
        CancellationToken stop)
    {
        Directory.CreateDirectory(scratch);
        var running = Path.Combine(scratch, "running");
        string[] always = ["--progress", "off", "--ansi", "off", "--parallel", "none", "--pre-enumerate-theories", "off"];
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(folder, $"Sametime.Tests.{name}.dll"), .. always, .. words])
        {
            WorkingDirectory = scratch,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = scratch;
        start.Environment["MISTAKE_TEST"] = running;
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapMax;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (variable, value) in variables)
        {
            start.Environment[variable] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(output, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            var ended = await EndedAsync(process, running, patience, limit, stop);
            var test = Read(running);
            string text;
            lock (output)
            {
                text = output.ToString();
            }

            return ended ? Judge(process.ExitCode, text, test) : new Outcome(Ending.TimedOut, test, text);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }

            Delete(scratch);
        }
    }

    /// <summary>How a run ended that came to its end.</summary>
    /// <param name="code">How the process ended.</param>
    /// <param name="output">What it wrote.</param>
    /// <param name="test">The test that ran last.</param>
    public static Outcome Judge(int code, string output, string test)
    {
        const int NoTests = 8;
        if (FailedTest().Match(output) is { Success: true } failed)
        {
            return new(Ending.Failed, failed.Groups[1].Value, output);
        }

        return new(code is 0 or NoTests ? Ending.Passed : code == 2 ? Ending.Failed : Ending.Crashed, test, output);
    }

    // False when a test, or all of them, took too long.
    private static async Task<bool> EndedAsync(
        Process process, string running, Func<string, TimeSpan> patience, TimeSpan limit, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var (test, since) = ("", TimeSpan.Zero);
        while (true)
        {
            using var tick = CancellationTokenSource.CreateLinkedTokenSource(stop);
            tick.CancelAfter(TimeSpan.FromSeconds(1));
            try
            {
                await process.WaitForExitAsync(tick.Token);
                return true;
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                if (Read(running) is var now && now != test)
                {
                    (test, since) = (now, watch.Elapsed);
                }

                if (watch.Elapsed > limit || watch.Elapsed - since > patience(test))
                {
                    return false;
                }
            }
        }
    }

    private static void Keep(StringBuilder output, string? line)
    {
        lock (output)
        {
            if (line is not null && output.Length < OutputKept)
            {
                output.AppendLine(line);
            }
        }
    }

    private static string Read(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file) : "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    // A process that was ended may have children that still write there for a moment.
    private static void Delete(string scratch)
    {
        try
        {
            Directory.Delete(scratch, recursive: true);
        }
        catch (IOException)
        {
        }
        catch (UnauthorizedAccessException)
        {
        }
    }

    [GeneratedRegex(@"^failed (.+?) \(\d[^()]*\)\s*$", RegexOptions.Multiline)]
    private static partial Regex FailedTest();
}
