using Sametime.Tests.Trials.Saving;
using Sametime.Tests.Trials.Servers;

namespace Sametime.Tests.Trials.Disks;

/// <summary>A server that runs with its store on a disk whose power can be cut again and again: each cut leaves a copy and the server goes on.</summary>
internal interface IStoreOnDisk : IAsyncDisposable
{
    /// <summary>The server, with its people added.</summary>
    SavingServer Server { get; }

    /// <summary>What is on the disk at this instant.</summary>
    PowerCut Cut();

    /// <summary>Kills what runs, so that the copies can be looked at.</summary>
    Task EndAsync(CancellationToken stop);

    /// <summary>Opens the store on a copy, as it is.</summary>
    Task<T> OnCopyAsync<T>(PowerCut cut, Func<OpenedStore, Task<T>> look, CancellationToken stop);

    /// <summary>Starts the server on a copy, as it is.</summary>
    Task OnCopyAsync(PowerCut cut, Func<SavingServer, Task> use, CancellationToken stop);
}
