using System.Runtime.Versioning;

// Real processes, signals and /proc.
[assembly: SupportedOSPlatform("linux")]

// The machine's cores belong to the processes under test.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
