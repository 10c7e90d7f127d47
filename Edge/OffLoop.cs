using Sametime.Contracts.Loop;

namespace Sametime.Edge;

/// <summary>
/// Takes computation off the loop and its result back onto it: public-key work of a millisecond that must not hold up frames.
/// </summary>
/// <param name="loop">Where results go.</param>
/// <param name="scheduler">Who computes; tests hand in one that computes at once.</param>
internal sealed class OffLoop(ILoop loop, TaskScheduler scheduler)
{
    private readonly TaskFactory _factory = new(scheduler);

    /// <summary>Exactly one of <paramref name="done"/> and <paramref name="failed"/> is called, on the loop.</summary>
    public void Run<T>(Func<T> work, Action<T> done, Action<Exception> failed) =>
        _ = _factory.StartNew(() =>
        {
            try
            {
                var result = work();
                loop.Post(() => done(result));
            }
            catch (Exception error)
            {
                loop.Post(() => failed(error));
            }
        });
}
