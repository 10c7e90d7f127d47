using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit;

namespace Sametime.Tests.Kit.Ends;

/// <summary>What tests wait for, in words: an end to each wait, and something to say of a test that does not end.</summary>
public static class Waits
{
    /// <summary>More than anything takes on a busy machine, and less than any test may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly ConcurrentDictionary<Note, bool> Open = [];
    private static readonly ConcurrentDictionary<string, Note> Last = [];

    /// <summary>Notes that the test waits for something, until the note is disposed. The wait has an end of its own.</summary>
    public static IDisposable For(string what)
    {
        var note = new Note(TestContext.Current.Test?.UniqueID ?? "", what);
        Open[note] = true;
        return note;
    }

    /// <summary>Waits for it, and fails with the sentence when it does not come.</summary>
    public static async Task ForAsync(this Task awaited, string what, CancellationToken stop, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(awaited);
        if (awaited.IsCompleted)
        {
            await awaited.ConfigureAwait(false);
            return;
        }

        using var note = For(what);
        var within = patience ?? Patience;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var first = await Task.WhenAny(awaited, Task.Delay(within, end.Token)).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        if (first != awaited)
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"Waited {within.TotalSeconds} s in vain for: {what}"));
        await awaited.ConfigureAwait(false);
    }

    /// <summary>Waits for it, and fails with the sentence when it does not come.</summary>
    public static async Task<T> ForAsync<T>(this Task<T> awaited, string what, CancellationToken stop, TimeSpan? patience = null)
    {
        await ((Task)awaited).ForAsync(what, stop, patience).ConfigureAwait(false);
        return await awaited.ConfigureAwait(false);
    }

    /// <summary>Looks again and again, doing something in between that brings it nearer, as turning a clock; fails with the sentence when it never is so.</summary>
    public static async Task UntilAsync(Func<bool> isSo, Action between, string what, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(isSo);
        ArgumentNullException.ThrowIfNull(between);
        using var note = For(what);
        var since = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            stop.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(since) > Patience)
                throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"Waited {Patience.TotalSeconds} s in vain for: {what}"));
            between();
            await Task.Yield();
        }
    }

    /// <summary>Waits for it, doing something again and again that brings it nearer; fails with the sentence when it does not come.</summary>
    public static async Task ForAsync(this Task awaited, Action between, string what)
    {
        ArgumentNullException.ThrowIfNull(awaited);
        await UntilAsync(() => awaited.IsCompleted, between, what, TestContext.Current.CancellationToken);
        await awaited;
    }

    /// <inheritdoc cref="ForAsync(Task, string, CancellationToken, TimeSpan?)"/>
    public static Task ForAsync(this ValueTask awaited, string what, CancellationToken stop) => awaited.AsTask().ForAsync(what, stop, patience: null);

    /// <inheritdoc cref="ForAsync(Task, string, CancellationToken, TimeSpan?)"/>
    public static Task<T> ForAsync<T>(this ValueTask<T> awaited, string what, CancellationToken stop) => awaited.AsTask().ForAsync(what, stop, patience: null);

    /// <summary>Waits for it under the name that it has in the code, for what says there what it is.</summary>
    public static Task ForAsync(this Task awaited, CancellationToken stop, [CallerArgumentExpression(nameof(awaited))] string what = "") =>
        awaited.ForAsync(what, stop, patience: null);

    /// <inheritdoc cref="ForAsync(Task, CancellationToken, string)"/>
    public static Task<T> ForAsync<T>(this Task<T> awaited, CancellationToken stop, [CallerArgumentExpression(nameof(awaited))] string what = "") =>
        awaited.ForAsync(what, stop, patience: null);

    /// <inheritdoc cref="ForAsync(Task, CancellationToken, string)"/>
    public static Task ForAsync(this ValueTask awaited, CancellationToken stop, [CallerArgumentExpression(nameof(awaited))] string what = "") =>
        awaited.AsTask().ForAsync(what, stop, patience: null);

    /// <inheritdoc cref="ForAsync(Task, CancellationToken, string)"/>
    public static Task<T> ForAsync<T>(this ValueTask<T> awaited, CancellationToken stop, [CallerArgumentExpression(nameof(awaited))] string what = "") =>
        awaited.AsTask().ForAsync(what, stop, patience: null);

    /// <summary>What a test waits for now, or waited for last.</summary>
    internal static string Of(string test)
    {
        var now = Open.Keys.Where(note => note.Test == test || note.Test.Length == 0).Select(note => note.Tell()).Order(StringComparer.Ordinal).ToArray();
        if (now.Length > 0)
            return "it waits for " + string.Join(" and for ", now);
        return Last.TryGetValue(test, out var last) ? "it waits for nothing that says so, and waited last for " + last.Tell() : "it waits for nothing that says so";
    }

    /// <summary>Nobody will ask for this test any more.</summary>
    internal static void Forget(string test) => Last.TryRemove(test, out _);

    private sealed class Note(string test, string what) : IDisposable
    {
        private readonly long _since = Stopwatch.GetTimestamp();

        public string Test => test;

        public string Tell() => string.Create(CultureInfo.InvariantCulture, $"{what} (since {Stopwatch.GetElapsedTime(_since).TotalSeconds:0.0} s)");

        public void Dispose()
        {
            Open.TryRemove(this, out _);
            Last[test] = this;
        }
    }
}
