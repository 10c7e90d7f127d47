using System.Diagnostics;
using System.Text;

namespace Sametime.Tests.Interop.Drivers;

/// <summary>
/// A running driver: a small C program on an unmodified client library, commanded and heard by lines. Events wait here until a
/// test takes them, in the order in which they came.
/// </summary>
internal abstract class Driver : IAsyncDisposable
{
    /// <summary>How long an expected event may take. Generous, for a passing test never waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<ClientEvent> _events = [];
    private readonly List<Waiter> _waiters = [];
    private readonly StringBuilder _chatter = new();
    private bool _gone;

    protected Driver(string program, params string[] arguments)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "clients", program);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"the driver {path} is missing: tests/run installs the client libraries and builds it", path);
        }

        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => OnLine(line.Data);
        _process.ErrorDataReceived += (_, line) => OnChatter(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Writes one command.</summary>
    public async Task SendAsync(params string[] words)
    {
        await _process.StandardInput.WriteLineAsync(string.Join('\t', words.Select(ClientEvent.Escape)));
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>
    /// Takes the first event of that name and login that matches, waiting for it if need be. Fails when it does not come in time,
    /// and at once when the driver says that it could not do what it was told.
    /// </summary>
    public async Task<ClientEvent> ExpectAsync(string name, string login, Func<ClientEvent, bool>? matches = null)
    {
        var waiter = new Waiter(name, login, matches ?? (static _ => true));
        lock (_lock)
        {
            var index = _events.FindIndex(waiter.Accepts);
            if (index >= 0)
            {
                var found = _events[index];
                _events.RemoveAt(index);
                return found;
            }

            if (_gone)
            {
                throw Failure($"the driver ended before {name} of {login} came");
            }

            _waiters.Add(waiter);
        }

        try
        {
            return await waiter.Taken.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw Failure($"{name} of {login} did not come within {Patience.TotalSeconds} s");
        }
    }

    /// <summary>Whether such an event has come and was not taken. Meaningful only after something later was awaited.</summary>
    public bool HasSeen(string name, string login, Func<ClientEvent, bool>? matches = null)
    {
        var waiter = new Waiter(name, login, matches ?? (static _ => true));
        lock (_lock)
        {
            return _events.Exists(waiter.Accepts);
        }
    }

    /// <summary>Ends the program as a crash would: no logout, the sockets just close.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // The driver leaves at the end of its input; one that does not within the patience is broken, and is not left behind.
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }

        _process.Dispose();
    }

    private void OnLine(string? line)
    {
        lock (_lock)
        {
            if (line is null)
            {
                _gone = true;
                _waiters.ForEach(w => w.Taken.TrySetException(Failure($"the driver ended before {w.Name} of {w.Login} came")));
                _waiters.Clear();
                return;
            }

            var got = ClientEvent.Parse(line);
            var index = _waiters.FindIndex(w => w.Accepts(got));
            if (index >= 0)
            {
                _waiters[index].Taken.TrySetResult(got);
                _waiters.RemoveAt(index);
                return;
            }

            _events.Add(got);
            if (got.Name == "error")
            {
                _waiters.FindAll(w => w.Login == got.Login)
                    .ForEach(w => w.Taken.TrySetException(Failure($"the driver could not do it: {got["text"]}")));
            }
        }
    }

    private void OnChatter(string? line)
    {
        lock (_lock)
        {
            _chatter.AppendLine(line);
        }
    }

    private InvalidOperationException Failure(string what)
    {
        lock (_lock)
        {
            var events = string.Join(Environment.NewLine, _events.TakeLast(40).Select(e => e.Line));
            var chatter = _chatter.ToString();
            return new InvalidOperationException(
                $"{what}.{Environment.NewLine}Events not taken:{Environment.NewLine}{events}{Environment.NewLine}Its standard error ends:{Environment.NewLine}{chatter[Math.Max(0, chatter.Length - 2000)..]}");
        }
    }

    private sealed record Waiter(string Name, string Login, Func<ClientEvent, bool> Matches)
    {
        public TaskCompletionSource<ClientEvent> Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Accepts(ClientEvent e) => e.Name == Name && e.Login == Login && Matches(e);
    }
}
