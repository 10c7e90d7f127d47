using System.Diagnostics;
using Sametime.Tests.Kit.Ends;

namespace Sametime.Tests.Kit.Servers;

/// <summary>Runs a script as the barest of shells would: with nothing of our environment but where programs are, and without a standard input.</summary>
public static class Script
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Waits until the script has ended and nobody holds its output any more.</summary>
    public static async Task<(int Code, string Output, string Errors)> TryAsync(string file, IEnumerable<string> words, CancellationToken stop)
    {
        var start = new ProcessStartInfo("bash", ["-c", "exec \"$0\" \"$@\" <&-", file, .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name is not ("PATH" or "HOME")).ToArray())
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        using var note = Waits.For($"the end of {Path.GetFileName(file)} {string.Join(' ', words)}");
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{Path.GetFileName(file)} {string.Join(' ', words)} did not end within {Patience.TotalSeconds} s.");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
