using System.Net;

namespace Sametime.Services.Users.Passwords;

/// <summary>
/// Lets so many attempts of one address be checked at once, the others wait in the order they came. Attempts under way count as
/// wrong until they are known to be right (<see cref="PasswordThrottle"/>), so without turns a whole office that comes back after a restart would
/// be taken for somebody who guesses. What counts as one address is the same there and here.
/// </summary>
internal sealed class AddressTurns(PasswordOptions options)
{
    private readonly Dictionary<IPAddress, Line> _lines = [];

    /// <summary>Addresses that have attempts under way.</summary>
    public int Addresses
    {
        get
        {
            lock (_lines)
                return _lines.Count;
        }
    }

    /// <summary>Waits for a turn, which lasts until the result is disposed.</summary>
    public async ValueTask<IDisposable> EnterAsync(IPAddress address, CancellationToken stop)
    {
        address = AddressNetwork.Of(address);
        TaskCompletionSource turn;
        lock (_lines)
        {
            if (!_lines.TryGetValue(address, out var line))
                _lines.Add(address, line = new Line());
            if (line.Running < options.ChecksAtOncePerAddress)
            {
                line.Running++;
                return new Turn(this, address);
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            line.Waiting.Enqueue(turn);
        }

        await using (stop.Register(() => turn.TrySetCanceled(stop)))
            await turn.Task;
        return new Turn(this, address);
    }

    private void Leave(IPAddress address)
    {
        lock (_lines)
        {
            var line = _lines[address];
            while (line.Waiting.TryDequeue(out var next))
            {
                // False: gave up while it waited.
                if (next.TrySetResult())
                    return;
            }

            if (--line.Running == 0)
                _lines.Remove(address);
        }
    }

    private sealed class Line
    {
        public int Running { get; set; }

        public Queue<TaskCompletionSource> Waiting { get; } = new();
    }

    private sealed class Turn(AddressTurns turns, IPAddress address) : IDisposable
    {
        private AddressTurns? _turns = turns;

        public void Dispose() => Interlocked.Exchange(ref _turns, null)?.Leave(address);
    }
}
