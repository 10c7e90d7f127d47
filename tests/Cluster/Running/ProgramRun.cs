using System.Diagnostics;
using System.Text;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Cluster.Running;

/// <summary>A command of the built program, run as its users run it, with what it wrote and how it ended.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs it to its end.</summary>
    public static async Task<ProgramRun> OfAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await EndAsync(process, patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>Runs it, reads this many lines of its output, sends it a Ctrl-C, and lets it end.</summary>
    public static async Task<ProgramRun> InterruptAfterAsync(int lines, params string[] arguments)
    {
        using var process = Start(arguments);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var read = new StringBuilder();
            for (var line = 0; line < lines; line++)
                read.Append(await process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("it ended early")).Append('\n');
            using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
                await kill.WaitForExitAsync(patience.Token);
            var end = await EndAsync(process, patience.Token);
            return end with { Output = read + end.Output };
        }
        catch (Exception)
        {
            process.Kill();
            throw;
        }
    }

    private static async Task<ProgramRun> EndAsync(Process process, CancellationToken stop)
    {
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var errors = process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return new ProgramRun(process.ExitCode, await output, await errors);
    }

    // Whoever runs the tests in the background has them ignore Ctrl-C, and what they start with them; a user's command does not.
    private static Process Start(IEnumerable<string> arguments)
    {
        var start = BuiltProgram.Start(arguments);
        start.ArgumentList.Insert(0, start.FileName);
        start.ArgumentList.Insert(0, "--default-signal=INT");
        start.FileName = "env";
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
