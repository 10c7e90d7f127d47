using System.Runtime.Versioning;
using Sametime.Tests.Interop.Servers;
using Xunit.Sdk;

// The clients are Debian's.
[assembly: SupportedOSPlatform("linux")]

// One server a topology for all tests; the machine's cores belong to the servers and clients under test, not to the runner.
[assembly: Xunit.v3.Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(Topologies))]
