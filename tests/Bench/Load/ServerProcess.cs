using System.Diagnostics;
using System.Net;

namespace Sametime.Tests.Bench.Load;

/// <summary>A server as a child process that says "ready on HOST:PORT" on its standard output.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string ReadyMark = "ready on ";

    private readonly Process _process;

    private ServerProcess(Process process, IPEndPoint endPoint) => (_process, EndPoint) = (process, endPoint);

    public int Id => _process.Id;

    public IPEndPoint EndPoint { get; }

    /// <summary>Starts an assembly of the benchmark's own output folder and waits until it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(string assembly, IEnumerable<string> arguments, CancellationToken stop)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{assembly} does not start");
        while (await process.StandardOutput.ReadLineAsync(stop) is { } line)
        {
            var at = line.IndexOf(ReadyMark, StringComparison.Ordinal);
            if (at >= 0)
            {
                // Keep reading, or the server would block on a full pipe one day.
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new ServerProcess(process, IPEndPoint.Parse(line[(at + ReadyMark.Length)..].Trim()));
            }
        }

        await process.WaitForExitAsync(stop);
        throw new InvalidOperationException($"{assembly} ended with code {process.ExitCode} before it was ready");
    }

    /// <summary>Runs an assembly of the benchmark's own output folder to its end and gives what it printed.</summary>
    public static async Task<string> OutputOfAsync(string assembly, IEnumerable<string> arguments, CancellationToken stop)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{assembly} does not start");
        var output = await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return output;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
