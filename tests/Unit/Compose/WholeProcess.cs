using Xunit;

namespace Sametime.Tests.Unit.Compose;

/// <summary>Tests that take what a process has once, its console or its environment, so nothing may run beside them.</summary>
[CollectionDefinition(nameof(WholeProcess), DisableParallelization = true)]
public sealed class WholeProcess;
