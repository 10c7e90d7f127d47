using System.Diagnostics;

namespace Sametime.Tests.Kit.Servers;

/// <summary>Programs of the system.</summary>
public static class Tool
{
    /// <summary>Runs one to its end; what it wrote. It fails with what the program says.</summary>
    public static async Task<string> RunAsync(string program, string[] arguments, CancellationToken stop)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(stop), process.StandardError.ReadToEndAsync(stop));
        await process.WaitForExitAsync(stop);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {(await errors + await output).Trim()}");
    }
}
