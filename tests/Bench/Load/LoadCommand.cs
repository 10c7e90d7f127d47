using System.Globalization;
using Sametime.Contracts.Loop;
using Sametime.Tests.Bench.Relay;

namespace Sametime.Tests.Bench.Load;

/// <summary><c>load [--quick] [--rounds N]</c>: every subject in every round, in turn, so that a slow spell of the machine falls on all of them.</summary>
internal static class LoadCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    public static async Task<int> RunAsync(string[] args)
    {
        var options = args.Contains("--quick") ? LoadOptions.Quick : new LoadOptions();
        var at = Array.IndexOf(args, "--rounds");
        var rounds = at >= 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 1;
        using var patience = new CancellationTokenSource(Patience);
        using var loop = new EventLoop("generator", e => Console.Error.WriteLine(e));
        var rows = new List<Measurement>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var make in new Func<Subject>[] { () => new RelaySubject(), () => new SametimeSubject() })
            {
                await using var subject = make();
                await subject.StartAsync(Math.Max(options.Logins, 2 * options.Pairs), patience.Token);
                rows.AddRange(await OnLoopAsync(loop, () => new Scenarios(subject, loop, options, new GeneratorSockets(loop)).RunAsync(patience.Token)));
                await Console.Error.WriteLineAsync($"round {round + 1}: {subject.Name} done");
            }
        }

        Report.Print(rows);
        return 0;
    }

    private static Task<T> OnLoopAsync<T>(EventLoop loop, Func<Task<T>> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(async () =>
        {
            try
            {
                done.SetResult(await work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }
}
