using System.Globalization;
using Sametime.Contracts.Loop;
using Sametime.Tests.Bench.Relay;

namespace Sametime.Tests.Bench.Load;

/// <summary><c>load [--quick] [--rounds N] [--only talk|presence|logins] [--broker URI]</c>: every subject in every round, in turn, so that a slow spell of the machine falls on all of them. With a broker also two hubs that it joins.</summary>
internal static class LoadCommand
{
    // Each on a server of its own, so that none finds what another has left.
    private static readonly (string Name, Func<Scenarios, CancellationToken, Task> Run)[] All =
    [
        ("talk", (scenarios, stop) => scenarios.TalkAsync(stop)),
        ("presence", (scenarios, stop) => scenarios.TellWatchersAsync(stop)),
        ("logins", (scenarios, stop) => scenarios.HoldLoginsAsync(stop)),
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    public static async Task<int> RunAsync(string[] args)
    {
        var options = args.Contains("--quick") ? LoadOptions.Quick : new LoadOptions();
        var at = Array.IndexOf(args, "--rounds");
        var rounds = at >= 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 1;
        at = Array.IndexOf(args, "--only");
        var only = at >= 0 ? args[at + 1] : null;
        at = Array.IndexOf(args, "--broker");
        List<Func<Subject>> subjects = [() => new RelaySubject(), () => new SametimeSubject()];
        if (at >= 0)
        {
            var broker = args[at + 1];
            subjects.Add(() => new SametimeSubject(hubs: 2, broker));
        }

        using var patience = new CancellationTokenSource(Patience);
        using var loop = new EventLoop("generator", e => Console.Error.WriteLine(e));
        var rows = new List<Measurement>();
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var (name, scenario) in All.Where(scenario => only is null || scenario.Name == only))
            {
                foreach (var make in subjects)
                {
                    await using var subject = make();
                    await subject.StartAsync(options.Users, patience.Token);
                    var scenarios = new Scenarios(round, subject, loop, options, new GeneratorSockets(loop));
                    await OnLoopAsync(loop, () => scenario(scenarios, patience.Token));
                    rows.AddRange(scenarios.Rows);
                    if (await subject.TellAsync(patience.Token) is { } told)
                    {
                        await Console.Error.WriteLineAsync(told);
                    }

                    await Console.Error.WriteLineAsync($"round {round}: {name} with {subject.Name} done");
                }
            }
        }

        Report.Print(rows);
        return 0;
    }

    private static Task OnLoopAsync(EventLoop loop, Func<Task> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(async () =>
        {
            try
            {
                await work();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }
}
