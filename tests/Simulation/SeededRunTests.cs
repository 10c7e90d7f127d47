using System.Collections.Concurrent;
using System.Globalization;
using Sametime.Contracts.Events;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Simulation.Processes;
using Sametime.Tests.Simulation.Promises;
using Sametime.Tests.Simulation.World;
using Xunit;

namespace Sametime.Tests.Simulation;

/// <summary>
/// The shipped core under faults, by seed: whatever goes wrong, nobody is left in the dark about a channel, nothing is lost or doubled in
/// silence, and when it is quiet again everything told is true.
/// </summary>
public sealed class SeededRunTests
{
    private const string SeedVariable = "SAMETIME_SIMULATION_SEED";
    private const int SeedsThatShowAll = 60;

    private static readonly TimeSpan FaultsUntil = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan ActiveUntil = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan SettledAt = TimeSpan.FromSeconds(62);
    private static readonly TimeSpan QuietUntil = TimeSpan.FromSeconds(100);

    [Fact]
    [SeedsEnd]
    public void Every_promise_is_kept_whatever_goes_wrong()
    {
        var failures = new ConcurrentBag<(int Seed, string Story)>();
        var logs = new ConcurrentBag<SimChatLog>();

        // Each run is one thread's; several run at a time.
        Parallel.ForEach(Partitioner.Create(Seeds(), EnumerablePartitionerOptions.NoBuffering), Cancellable(), seed =>
        {
            var community = Run(seed);
            logs.Add(community.ChatLog);
            if (community.Promises.Broken is { Count: > 0 } broken)
                failures.Add((seed, Tell(seed, broken)));
        });
        Assert.True(failures.IsEmpty, string.Join('\n', failures.OrderBy(failure => failure.Seed).Select(failure => failure.Story).Take(5).Prepend($"{failures.Count} seeds failed")));

        // What the log is to show has happened, in a few runs of each mode if not in each.
        if (logs.Count >= SeedsThatShowAll)
        {
            Assert.Contains(logs, log => log is { Mode: ChatLogMode.Relaxed, Gaps: > 0 });
            Assert.Contains(logs, log => log is { Mode: ChatLogMode.Strict, Undelivered: > 0 });
            Assert.All(logs, log => Assert.NotEqual(log.Mode == ChatLogMode.Off, log.Lines.Any()));
        }

        static ParallelOptions Cancellable() => new()
        {
            CancellationToken = TestContext.Current.CancellationToken,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        var (first, second) = (RunOnce(1), RunOnce(1));
        Assert.Equal(first, second);

        static (long Happened, string Story) RunOnce(int seed)
        {
            var community = Play(seed);
            var story = string.Join(' ', community.Promises.Conversations.Select(conversation =>
                $"{conversation.Label}:{conversation.Creator!.State}/{conversation.Creator.Sent}/{conversation.Acceptor?.State}/{conversation.Acceptor?.Received}"));
            return (community.Universe.Happened, story);
        }
    }

    private static string Tell(int seed, IReadOnlyList<string> broken) => $"""
        seed {seed}: {broken.Count} broken promises, e.g.
          {string.Join("\n  ", broken.Take(8))}
          again: {SeedVariable}={seed} tests/run simulation
        """;

    private static SimCommunity Run(int seed)
    {
        var community = Play(seed);
        new Truth(community).Check();
        return community;
    }

    private static SimCommunity Play(int seed)
    {
        var community = new SimCommunity(seed);
        new Misfortune(community, FaultsUntil).Begin();
        community.Universe.RunUntil(ActiveUntil);
        foreach (var client in community.Clients)
            client.IsActive = false;
        community.Universe.RunUntil(SettledAt);
        foreach (var client in community.Clients)
            client.Settle();
        community.Universe.RunUntil(QuietUntil);
        return community;
    }

    private static IEnumerable<int> Seeds()
    {
        if (Environment.GetEnvironmentVariable(SeedVariable) is { } one)
            return [int.Parse(one, CultureInfo.InvariantCulture)];
        return Enumerable.Range(1, Count);
    }

    private static int Count => Extent.Of("SAMETIME_SIMULATION_SEEDS", 100);

    /// <summary>The more seeds, the more time: several times what one takes on two cores.</summary>
    private sealed class SeedsEndAttribute() : EndsWithinAttribute(Math.Max(600, 2 * Count));
}
