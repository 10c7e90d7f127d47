using BenchmarkDotNet.Running;

namespace Sametime.Tests.Bench.Micro;

/// <summary><c>micro</c>: BenchmarkDotNet over codec and routing; its own options follow, e.g. <c>--filter *Routing*</c>.</summary>
internal static class MicroCommand
{
    public static int Run(string[] args)
    {
        BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(args.Length > 0 ? args : ["--filter", "*"]);
        return 0;
    }
}
