namespace Sametime.Tests.Bench.Load;

/// <summary>Sizes of a run. The defaults are those of docs/benchmarks.md.</summary>
internal sealed record LoadOptions
{
    public int Pairs { get; init; } = 1000;

    public int MessagesPerSecond { get; init; } = 2000;

    public IReadOnlyList<int> Watchers { get; init; } = [100, 1000];

    /// <summary>Copies a fan-out scenario delivers in all, whatever the number of watchers.</summary>
    public int FanoutCopies { get; init; } = 200_000;

    /// <summary>Copies before that which do not count; the runtime compiles what runs often anew, and that takes a while.</summary>
    public int WarmUpCopies { get; init; } = 100_000;

    public int Logins { get; init; } = 10_000;

    /// <summary>Users that the largest scenario needs.</summary>
    public int Users => Math.Max(Math.Max(Logins, 2 * Pairs), Watchers.Max() + 1);

    public int LoginsAtOnce { get; init; } = 64;

    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Logins that come and go before memory is measured, so that code which is loaded once does not count as theirs.</summary>
    public int WarmUpLogins { get; init; } = 200;

    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan MemorySettle { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>A run of some seconds, to see that everything works.</summary>
    public static LoadOptions Quick { get; } = new()
    {
        Pairs = 50,
        Logins = 500,
        Watchers = [100],
        FanoutCopies = 50_000,
        WarmUpCopies = 20_000,
        MemorySettle = TimeSpan.FromSeconds(2),
        WarmUp = TimeSpan.FromSeconds(1),
        Duration = TimeSpan.FromSeconds(2),
    };
}
