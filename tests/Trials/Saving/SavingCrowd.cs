namespace Sametime.Tests.Trials.Saving;

/// <summary>People who save until they are told to stop.</summary>
internal sealed class SavingCrowd : IAsyncDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly Task _saving;

    public SavingCrowd(IEnumerable<Saver> people, CancellationToken stop)
    {
        _over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _saving = Task.WhenAll(people.Select(person => person.RunAsync(_over.Token)));
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _saving;
        _over.Dispose();
    }
}
