using System.Diagnostics;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Interop.Servers;

/// <summary>Commands of the program, run to their end.</summary>
internal static class SametimeProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Runs a command to its end and returns what it wrote; fails when it did.</summary>
    public static async Task<string> RunAsync(string input, params string[] arguments)
    {
        using var process = Process.Start(BuiltProgram.Start(arguments))!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await WriteAsync(process, input);
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"sametime {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}{await output}");
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    private static async Task WriteAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code and its own words say why.
        }
    }
}
