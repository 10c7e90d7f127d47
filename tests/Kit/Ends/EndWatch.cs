using System.Diagnostics;
using System.Globalization;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Sametime.Tests.Kit.Ends;

/// <summary>
/// Sees each test begin and end, and looks from a thread of its own which of them should have ended. Where <see cref="BookVariable"/> names a
/// file, it keeps book there of what runs, for whoever finds that the process is gone.
/// </summary>
public sealed class EndWatch : IMessageSink, IDisposable
{
    /// <summary>Names a file that gets a line <c>+NAME</c> when a test begins and a line <c>-NAME</c> when it has ended.</summary>
    public const string BookVariable = "SAMETIME_TEST_BOOK";

    /// <summary>How many seconds a test may take that does not say otherwise, instead of what its project says.</summary>
    public const string UsualVariable = "SAMETIME_TEST_SECONDS";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan UsualGrace = TimeSpan.FromSeconds(30);

    private readonly IMessageSink _inner;
    private readonly TimeSpan _usual;
    private readonly Lock _guard = new();
    private readonly Dictionary<string, Run> _runs = [];

    // A test may enter before the message that it begins has come by.
    private readonly Dictionary<string, ITestContext> _contexts = [];
    private readonly Dictionary<string, string> _collections = [];
    private readonly ManualResetEventSlim _over = new();
    private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StreamWriter? _book;
    private readonly Thread _looking;
    private ITestAssemblyStarting? _assembly;
    private long _lastHeard = Stopwatch.GetTimestamp();
    private int _ended;
    private int _failed;
    private bool _isOver;

    public EndWatch(TimeSpan usual, IMessageSink inner)
    {
        (_usual, _inner) = (Taken(UsualVariable) is { } seconds ? TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)) : usual, inner);
        if (Taken(BookVariable) is { } book)
            _book = new StreamWriter(book) { AutoFlush = true };
        _looking = new Thread(Look) { IsBackground = true, Name = "ends of tests" };
        if (!Debugger.IsAttached)
            _looking.Start();
        Current = this;
    }

    /// <summary>The one of the run that is under way.</summary>
    public static EndWatch? Current { get; private set; }

    /// <summary>Ends when a test does not end although it was told to; nothing can be done then but to leave it.</summary>
    public Task GivenUp => _givenUp.Task;

    public bool OnMessage(IMessageSinkMessage message)
    {
        lock (_guard)
        {
            // What still runs is nobody's any more.
            if (_isOver)
                return false;
            _lastHeard = Stopwatch.GetTimestamp();
            switch (message)
            {
                case ITestAssemblyStarting starting:
                    _assembly = starting;
                    break;
                case ITestCollectionStarting starting:
                    _collections[starting.TestCollectionUniqueID] = starting.TestCollectionDisplayName;
                    break;
                case ITestCollectionFinished finished:
                    _collections.Remove(finished.TestCollectionUniqueID);
                    break;
                case ITestStarting starting:
                    _runs[starting.TestUniqueID] = new Run(starting, Of(starting, EndsWithinAttribute.Trait, _usual), Of(starting, EndsWithinAttribute.GraceTrait, UsualGrace));
                    _book?.WriteLine("+" + starting.TestDisplayName);
                    break;
                case ITestClassConstructionStarting constructing:
                    _runs.GetValueOrDefault(constructing.TestUniqueID)?.Begin();
                    break;
                case ITestFailed:
                    _failed++;
                    break;
                case ITestFinished finished when _runs.Remove(finished.TestUniqueID, out var run):
                    _ended++;
                    _contexts.Remove(finished.TestUniqueID);
                    Waits.Forget(finished.TestUniqueID);
                    _book?.WriteLine("-" + run.Name);
                    break;
            }

            return _inner.OnMessage(message);
        }
    }

    /// <summary>The test is about to run, with this to cancel it by.</summary>
    public void Enters(string test, ITestContext context)
    {
        lock (_guard)
        {
            _contexts[test] = context;
            _runs.GetValueOrDefault(test)?.Begin();
        }
    }

    /// <summary>What was said of a test that is past its end.</summary>
    public string? SaidOf(string test)
    {
        lock (_guard)
            return _runs.GetValueOrDefault(test)?.Said;
    }

    public void Dispose()
    {
        _over.Set();
        if (_looking.IsAlive)
            _looking.Join();
        _book?.Dispose();
        _over.Dispose();
    }

    // Programs that a test starts have nothing to do with it.
    private static string? Taken(string variable)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, null);
        return value is { Length: > 0 } ? value : null;
    }

    private static TimeSpan Of(ITestStarting test, string trait, TimeSpan otherwise) => test.Traits.TryGetValue(trait, out var values)
        ? TimeSpan.FromSeconds(int.Parse(values.First(), CultureInfo.InvariantCulture))
        : otherwise;

    private void Look()
    {
        while (!_over.Wait(Interval))
        {
            lock (_guard)
            {
                foreach (var run in _runs.Values.Where(run => run.Said is null && run.IsPast(run.End)))
                    Hurry(run);
                var stuck = _runs.Values.Where(run => run.IsPast(run.End + run.Grace)).ToArray();
                if (stuck.Length > 0)
                {
                    GiveUp(stuck);
                    return;
                }

                if (!_runs.Values.Any(static run => run.HasBegun) && _assembly is not null && Stopwatch.GetElapsedTime(_lastHeard) > _usual)
                    GiveUpBetweenTests();
            }
        }
    }

    private void Hurry(Run run)
    {
        run.Said = string.Create(CultureInfo.InvariantCulture, $"{run.Name} was to end within {run.End.TotalSeconds} s; {Waits.Of(run.Id)}.");
        Console.WriteLine(run.Said);

        // Whoever listens may take as long as he likes.
        if (_contexts.TryGetValue(run.Id, out var context))
            new Thread(() => Cancel(context)) { IsBackground = true }.Start();
    }

    private static void Cancel(ITestContext test)
    {
        try
        {
            test.CancelCurrentTest();
        }
        catch (ObjectDisposedException)
        {
            // It ended in this moment.
        }
    }

    private void GiveUp(Run[] stuck)
    {
        foreach (var run in stuck)
        {
            var failure = new TimeoutException($"{run.Said} It did not end when it was cancelled either; the run ends here, with {_runs.Count} tests under way.");
            _inner.OnMessage(run.Failed(failure));
            _inner.OnMessage(run.Finished());
        }

        _inner.OnMessage(new TestAssemblyFinished
        {
            AssemblyUniqueID = _assembly!.AssemblyUniqueID,
            ExecutionTime = (decimal)(TimeProvider.System.GetUtcNow() - _assembly.StartTime).TotalSeconds,
            FinishTime = TimeProvider.System.GetUtcNow(),
            TestsFailed = _failed + stuck.Length,
            TestsNotRun = 0,
            TestsSkipped = 0,
            TestsTotal = _ended + stuck.Length,
        });
        _isOver = true;
        _givenUp.TrySetResult();
    }

    // What tests share is made or undone, and no test is there that could fail for it.
    private void GiveUpBetweenTests()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"For {_usual.TotalSeconds} s no test has begun or ended, in {string.Join(" and ", _collections.Values.DefaultIfEmpty("no collection"))}; {Waits.Of("")}. The run ends here."));
        Console.Out.Flush();
        Environment.Exit(1);
    }

    /// <summary>
    /// A test under way. Where tests run side by side all of a collection are announced at once and then wait for a place: its time is counted
    /// from when it has one.
    /// </summary>
    private sealed class Run(ITestStarting test, TimeSpan end, TimeSpan grace)
    {
        private long? _since;

        public string Id => test.TestUniqueID;

        public string Name => test.TestDisplayName;

        public TimeSpan End => end;

        public TimeSpan Grace => grace;

        public string? Said { get; set; }

        public bool HasBegun => _since is not null;

        private TimeSpan Elapsed => _since is { } since ? Stopwatch.GetElapsedTime(since) : TimeSpan.Zero;

        private decimal Seconds => (decimal)Elapsed.TotalSeconds;

        public void Begin() => _since ??= Stopwatch.GetTimestamp();

        public bool IsPast(TimeSpan end) => Elapsed > end;

        public ITestFailed Failed(Exception why) => TestFailed.FromException(
            why, test.AssemblyUniqueID, test.TestCollectionUniqueID, test.TestClassUniqueID, test.TestMethodUniqueID, test.TestCaseUniqueID, test.TestUniqueID,
            Seconds, output: null, warnings: null);

        public TestFinished Finished() => new()
        {
            AssemblyUniqueID = test.AssemblyUniqueID,
            Attachments = new Dictionary<string, TestAttachment>(),
            ExecutionTime = Seconds,
            FinishTime = TimeProvider.System.GetUtcNow(),
            Output = "",
            TestCaseUniqueID = test.TestCaseUniqueID,
            TestClassUniqueID = test.TestClassUniqueID,
            TestCollectionUniqueID = test.TestCollectionUniqueID,
            TestMethodUniqueID = test.TestMethodUniqueID,
            TestUniqueID = test.TestUniqueID,
            Warnings = null,
        };
    }
}
