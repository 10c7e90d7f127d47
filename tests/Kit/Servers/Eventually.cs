using Sametime.Tests.Kit.Ends;

namespace Sametime.Tests.Kit.Servers;

/// <summary>Waits for what processes can only be asked about.</summary>
public static class Eventually
{
    // Detection takes 6 s, and what is lost comes back within some more; the rest is for a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Asks again and again until it is so, or fails with the sentence and what was found last.</summary>
    public static async Task IsAsync(Func<Task<bool>> isSo, string what, CancellationToken stop, Func<string>? found = null)
    {
        ArgumentNullException.ThrowIfNull(isSo);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        using var turns = new PeriodicTimer(Interval);
        using var note = Waits.For(what);
        try
        {
            while (!await isSo().ForAsync($"an answer whether {what}", patience.Token, Patience))
                await turns.WaitForNextTickAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new TimeoutException($"It did not come about within {Patience.TotalSeconds} s that {what}. {found?.Invoke()}");
        }
    }
}
