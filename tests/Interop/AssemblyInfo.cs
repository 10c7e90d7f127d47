using System.Runtime.Versioning;
using Sametime.Tests.Interop.Servers;
using Xunit.Sdk;

// The clients are Debian's.
[assembly: SupportedOSPlatform("linux")]

// Tests wait for servers and clients more than these work, so a few run side by side: at different communities, see Topologies.
[assembly: Xunit.v3.Parallelization(Mode = ParallelMode.All, MaxThreads = 4)]
[assembly: AssemblyFixture(typeof(Topologies))]
