using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Sametime.Mutation;

/// <summary>
/// The switch behind which all mistakes are compiled in. A process makes the one mistake that a variable of its environment names, or none;
/// or it makes none and notes down which tests come by which of them.
/// </summary>
public static class Mistake
{
    private const string Everywhere = "*";

    private static readonly int Made = int.Parse(Environment.GetEnvironmentVariable("MISTAKE_MADE") ?? "0", CultureInfo.InvariantCulture);
    private static readonly string? Notes = Environment.GetEnvironmentVariable("MISTAKES_REACHED");
    private static readonly bool IsWatching = Watch();
    private static readonly ConcurrentDictionary<(int, string), bool> Reached = new();
    private static string _last = Everywhere;

    /// <summary>The tests that run now, as the runner calls their collection; null where nothing says so. Set by the tests' side.</summary>
    public static Func<string?>? Running { get; set; }

    /// <summary>Whether this process makes the mistake of this number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is(int number)
    {
        if (IsWatching)
        {
            Note(number);
        }

        return number == Made;
    }

    private static void Note(int number)
    {
        // A thread that no test started works for the one that was heard of last: the tests run one after another while it is noted down.
        var running = Running?.Invoke();
        if (running is not null)
        {
            _last = running;
        }

        if (Reached.TryAdd((number, running ?? _last), true) && IsOnceForAll())
        {
            _ = Reached.TryAdd((number, Everywhere), true);
        }
    }

    // What runs once in a process runs in the first test that needs it, and would have run in each of the others.
    private static bool IsOnceForAll() =>
        new StackTrace(false).GetFrames().Select(frame => frame.GetMethod()).Any(method => method is { IsConstructor: true, IsStatic: true }
            || method?.DeclaringType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Lazy<>));

    private static bool Watch()
    {
        if (Notes is null)
        {
            return false;
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.WriteAllLines(
            $"{Notes}.{Environment.ProcessId}",
            Reached.Keys.Select(key => string.Create(CultureInfo.InvariantCulture, $"{key.Item1}\t{key.Item2}")));
        return true;
    }
}
