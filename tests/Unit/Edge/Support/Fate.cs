using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Edge;

namespace Sametime.Tests.Unit.Edge.Support;

/// <summary>What one step did to a client, in words: what it saw of it, and which counters of the Edge say so.</summary>
internal static class Fate
{
    public const string Open = "open";
    public const string Silent = "closed without a word, unspoken 1";

    /// <summary>What becomes of a client by a step.</summary>
    public static string Of(EdgeWorld world, TestClient client, Action step) => Of(world, () =>
    {
        step();
        return client;
    });

    /// <summary>What becomes of the client that a step brings.</summary>
    public static string Of(EdgeWorld world, Func<TestClient> step) => Of(world, () => SeenBy(step().Wire));

    /// <summary>What a step brings about, and what it counts.</summary>
    public static string Of(EdgeWorld world, Func<string> step)
    {
        var before = Count(world.Edge.Counters);
        var seen = step();
        foreach (var (name, count) in Count(world.Edge.Counters))
        {
            if (count != before.GetValueOrDefault(name))
                seen += $", {name} {count - before.GetValueOrDefault(name)}";
        }
        return seen;
    }

    /// <summary>A session that its client is told the end of, and which counts as ended for that reason.</summary>
    public static string Told(Reason reason) => $"told {reason}, ended {reason} 1";

    public static string Refused(string why) => $"reset, refused {why} 1";

    private static string SeenBy(WireEnd wire)
    {
        if (wire.IsAborted)
            return "reset";
        var messages = TestClient.MessagesIn(wire.Sent);
        if (wire.IsClosed)
            return messages.Count == 0 ? "closed without a word" : $"told {TestClient.Read<ChannelDestroy>(messages[^1]).Reason}";
        var heard = wire.QueuedBytes > 0 ? [] : messages.Select(static message => $", heard {TestClient.TypeOf(message)}");
        return (wire.IsPaused ? "open but not read" : Open) + string.Concat(heard);
    }

    private static SortedDictionary<string, long> Count(EdgeCounters counters)
    {
        var all = new SortedDictionary<string, long>(StringComparer.Ordinal)
        {
            ["unspoken"] = counters.ClosedUnspoken,
            ["slow reader"] = counters.SlowReaders,
            ["keep-alive"] = counters.KeepAlivesSent,
            ["bad link frame"] = counters.BadLinkFrames,
            ["pause"] = counters.PausedReads,
        };
        foreach (var (reason, count) in counters.Ended)
            all.Add($"ended {reason}", count);
        foreach (var (why, count) in counters.Refused)
            all.Add($"refused {why}", count);
        return all;
    }
}
