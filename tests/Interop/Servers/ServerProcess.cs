using System.Diagnostics;
using System.Text.RegularExpressions;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Interop.Servers;

/// <summary>One process of the server: started, killed and started again with the same arguments.</summary>
internal sealed partial class ServerProcess(string role, params string[] arguments) : IAsyncDisposable
{
    // Generous, for a passing test never waits for them: others may be at work on this machine.
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StopPatience = TimeSpan.FromMinutes(1);
    private const int LinesKept = 400;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = [];
    private Process? _process;

    public string Role => role;

    /// <summary>Whether the others dial it.</summary>
    public bool IsHub => arguments[0] == "hub";

    /// <summary>The last lines that the process wrote, for messages of failing tests.</summary>
    public string Log
    {
        get
        {
            lock (_lock)
            {
                return string.Join(Environment.NewLine, _lines);
            }
        }
    }

    /// <summary>Open file descriptors, sockets included, but for connections to the database and the files of the embedded store.</summary>
    public int Handles
    {
        get
        {
            var pooled = PooledConnections.Sockets();
            return Opened.Count(target => !pooled.Contains(target) && !PooledConnections.IsStoreFile(target));
        }
    }

    /// <summary>How often each file of the embedded store is open.</summary>
    public IEnumerable<(string File, int Times)> StoreFiles =>
        Opened.Where(PooledConnections.IsStoreFile).GroupBy(target => target).Select(file => (file.Key, file.Count()));

    // Where its file descriptors lead.
    private List<string> Opened =>
        [.. Directory.EnumerateFileSystemEntries($"/proc/{Running.Id}/fd").Select(handle => new FileInfo(handle).LinkTarget ?? "")];

    private Process Running => _process ?? throw new InvalidOperationException($"the {role} is not running");

    /// <summary>Starts the process and waits until it says that it is ready; nothing when it runs.</summary>
    public async Task StartAsync()
    {
        if (_process is { HasExited: false })
        {
            return;
        }

        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = BuiltProgram.Start(arguments), EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Keep(line.Data, ready);
        process.ErrorDataReceived += (_, line) => Keep(line.Data, ready);
        process.Exited += (_, _) =>
        {
            process.WaitForExit(); // until its last words have been read
            ready.TrySetException(new InvalidOperationException($"the {role} ended before it was ready:{Environment.NewLine}{Log}"));
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        _process = process;

        try
        {
            await ready.Task.WaitAsync(StartPatience, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"the {role} was not ready within {StartPatience.TotalSeconds} s:{Environment.NewLine}{Log}");
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        Running.Kill();
        await Running.WaitForExitAsync(CancellationToken.None);
        Forget();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", Running.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await Running.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(StopPatience);
        var code = Running.ExitCode;
        Forget();
        return code;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }
    }

    // "already" is not it.
    [GeneratedRegex(@"\bready\b", RegexOptions.IgnoreCase)]
    private static partial Regex SaysReady();

    private void Keep(string? line, TaskCompletionSource ready)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            _lines.Enqueue(line);
            if (_lines.Count > LinesKept)
            {
                _lines.Dequeue();
            }
        }

        if (SaysReady().IsMatch(line))
        {
            ready.TrySetResult();
        }
    }

    private void Forget()
    {
        _process?.Dispose();
        _process = null;
    }
}
