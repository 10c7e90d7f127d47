using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Sametime.Tests.Kit.Ends;

namespace Sametime.Tests.Kit.Servers;

/// <summary>
/// A process of the built program: started, killed, stopped for a while and started again with the same arguments and data.
/// </summary>
/// <param name="name">What tests call it.</param>
/// <param name="role">What it calls itself towards those who ask for its state.</param>
/// <param name="data">Its data folder.</param>
/// <param name="arguments">What follows the name of the program.</param>
public sealed class ProgramProcess(string name, string role, string data, IReadOnlyList<string> arguments) : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);

    private readonly Lock _guard = new();
    private readonly List<string> _lines = [];
    private Process? _process;
    private int _judged;

    public string Name => name;

    public string Role => role;

    /// <summary>Where it keeps what it keeps.</summary>
    public string Data => data;

    /// <summary>Variables that it has beside those of the test.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Starts it and waits until it says that it is ready; nothing when it runs.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        if (IsRunning)
            return;

        _process?.Dispose();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = BuiltProgram.Start(arguments);
        foreach (var (variable, value) in Environment)
            start.Environment[variable] = value;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Keep(line.Data, ready);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data, ready);
        _process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"{name} ended before it was ready"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
        try
        {
            await ready.Task.ForAsync($"{name} to be ready", stop, StartPatience);
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            throw new InvalidOperationException($"{name} did not start:{System.Environment.NewLine}{Tail(int.MaxValue)}", e);
        }
    }

    /// <summary>kill -9; ends one that was stopped too.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;

        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None).ForAsync($"the end of {name}, which was killed", CancellationToken.None);
    }

    /// <summary>It does nothing more, and knows nothing of that.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>It goes on where it was.</summary>
    public Task ThawAsync() => SignalAsync("-CONT");

    /// <summary>Lines that stand for an error of ours and that nobody has asked for yet.</summary>
    public IReadOnlyList<string> TakeErrors()
    {
        lock (_guard)
        {
            var errors = _lines.Skip(_judged).Where(IsError).ToArray();
            _judged = _lines.Count;
            return errors;
        }
    }

    /// <summary>What it wrote last.</summary>
    public string Tail(int lines)
    {
        lock (_guard)
            return string.Join(System.Environment.NewLine, _lines.TakeLast(lines));
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
    }

    // One JSON object a line, and the word that it is ready. Anything else is the runtime, telling how the process died.
    private static bool IsError(string line) => !line.StartsWith("sametime ", StringComparison.Ordinal)
        && (!line.StartsWith('{') || JsonNode.Parse(line)!["@l"]?.GetValue<string>() is "Error" or "Fatal");

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(CancellationToken.None).ForAsync($"{name} to be sent {signal}", CancellationToken.None);
    }

    private void Keep(string? line, TaskCompletionSource ready)
    {
        if (string.IsNullOrEmpty(line))
            return;

        lock (_guard)
            _lines.Add(line);
        if (line.StartsWith("sametime ", StringComparison.Ordinal) && line.Contains(" ready", StringComparison.Ordinal))
            ready.TrySetResult();
    }
}
