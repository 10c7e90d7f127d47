namespace Sametime.Services.Users.Passwords;

/// <summary>
/// Lets only so many hashes run at once and only so many wait, so that a crowd at the door takes neither all cores nor all memory.
/// </summary>
internal sealed class HashGate(PasswordOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _running = new(options.HashesRunningMax);
    private int _waiting;

    /// <summary>Checks that wait for their turn now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>A place to hash in, given back by disposing it; null when too many wait or the wait was too long.</summary>
    public async ValueTask<IDisposable?> EnterAsync(CancellationToken stop)
    {
        if (await _running.WaitAsync(TimeSpan.Zero, stop))
            return new Place(_running);
        if (Interlocked.Increment(ref _waiting) > options.HashesWaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            return null;
        }

        using var tooLong = new CancellationTokenSource(options.HashWaitMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, stop);
        try
        {
            await _running.WaitAsync(either.Token);
            return new Place(_running);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Dispose() => _running.Dispose();

    private sealed class Place(SemaphoreSlim running) : IDisposable
    {
        private SemaphoreSlim? _running = running;

        public void Dispose() => Interlocked.Exchange(ref _running, null)?.Release();
    }
}
