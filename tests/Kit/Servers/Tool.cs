using System.Diagnostics;
using Sametime.Tests.Kit.Ends;

namespace Sametime.Tests.Kit.Servers;

/// <summary>Programs of the system.</summary>
public static class Tool
{
    // Some of them build programs.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs one to its end; what it wrote. It fails with what the program says.</summary>
    public static async Task<string> RunAsync(string program, string[] arguments, CancellationToken stop)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(stop), process.StandardError.ReadToEndAsync(stop));
        try
        {
            await process.WaitForExitAsync(stop).ForAsync($"the end of {program}", stop, Patience);
        }
        catch
        {
            process.Kill();
            throw;
        }

        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {(await errors + await output).Trim()}");
    }
}
