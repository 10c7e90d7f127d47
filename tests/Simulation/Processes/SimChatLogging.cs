using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Providers;
using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Tests.Simulation.World;

namespace Sametime.Tests.Simulation.Processes;

/// <summary>
/// Chat Logging of one hub on the log that all share: tells its hub the policy, and stores what the hub has captured. Each way takes a while;
/// what was stored stays stored, whether or not the answer finds anybody.
/// </summary>
internal sealed class SimChatLogging(Universe universe, SimLoop loop, SimChatLog chatLog) : IService
{
    public void Describe(ServiceTable table) => table
        .Answers<CaptureRequest, Done>(StoreAsync)
        .Connects(() => table.Application.Tell(new CapturePolicy(chatLog.Mode, EncryptedChat.Pass)));

    private async ValueTask<Answer<Done>> StoreAsync(CaptureRequest request, Asker asker, CancellationToken stop)
    {
        var done = new TaskCompletionSource<bool>();
        universe.After(universe.Between(0.1, 6), () =>
        {
            var isStored = TryStore(request);
            universe.After(universe.Between(0.1, 6), () => loop.Enter(() => done.TrySetResult(isStored)));
        });
        return await done.Task ? default(Done) : Reason.ServerNotResponding;
    }

    private bool TryStore(CaptureRequest request)
    {
        try
        {
            chatLog.Store(request);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
