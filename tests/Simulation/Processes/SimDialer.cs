using Sametime.Contracts.Link;
using Sametime.Contracts.Loop;
using Sametime.Tests.Simulation.World;

namespace Sametime.Tests.Simulation.Processes;

/// <summary>Dials a process by its name.</summary>
internal sealed class SimDialer(Network network, SimLoop loop, string address) : ILinkDialer
{
    public Task<IByteStream> DialAsync() => network.ConnectAsync(loop, address);
}
