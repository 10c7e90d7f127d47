using System.Diagnostics;
using Sametime.Contracts.Loop;

namespace Sametime.Tests.Bench.Load;

/// <summary>What is done to each subject, on the generator's own loop. Every figure is server CPU, or memory, a unit of work.</summary>
internal sealed class Scenarios(int round, Subject subject, ILoop loop, LoadOptions options, GeneratorSockets sockets)
{
    private readonly List<Measurement> _rows = [];

    public IReadOnlyList<Measurement> Rows => _rows;

    /// <summary>Pairs that talk as fast as they can, then at a fixed rate. Call on the loop; everything awaited comes back to it.</summary>
    public async Task TalkAsync(CancellationToken stop)
    {
        var pairs = await ConnectPairsAsync(stop);
        await TalkClosedLoopAsync(pairs, stop);
        await TalkAtRateAsync(pairs, stop);
        await CloseAllAsync(pairs.SelectMany(p => new[] { p.Asker, p.Answerer }), stop);
    }

    /// <summary>One client's changes, told to those who watch it.</summary>
    public async Task TellWatchersAsync(CancellationToken stop)
    {
        foreach (var watchers in options.Watchers)
        {
            await FanOutAsync(watchers, stop);
        }
    }

    /// <summary>What many logins cost, and what they hold on to. For a server that has done nothing else, or memory freed before would hide it.</summary>
    public async Task HoldLoginsAsync(CancellationToken stop)
    {
        await CloseAllAsync(await ConnectManyAsync(0, options.WarmUpLogins, stop), stop);
        var bytesBefore = ProcessMeter.ResidentBytes(subject.Processes);
        var before = Meter();
        var clients = await ConnectManyAsync(0, options.Logins, stop);
        var used = Meter() - before;
        await loop.DelayAsync(options.MemorySettle, stop);
        var bytes = ProcessMeter.ResidentBytes(subject.Processes) - bytesBefore;
        var scenario = $"{options.Logins} logins";
        _rows.Add(new(round, scenario, subject.Name, "KiB a login", bytes / 1024.0 / options.Logins, double.NaN, double.NaN, double.NaN, double.NaN));
        _rows.Add(new(
            round, scenario, subject.Name, "CPU ms a login", used.Server * 1e3 / options.Logins, used.Generator * 1e3 / options.Logins,
            options.Logins / used.Seconds, double.NaN, double.NaN));
        await CloseAllAsync(clients, stop);
    }

    private async Task TalkClosedLoopAsync(IReadOnlyList<(LoadClient Asker, LoadClient Answerer)> pairs, CancellationToken stop)
    {
        var talk = new Conversation(pairs, closedLoop: true);
        talk.StartAll();
        await MeasureTalkAsync($"IM, closed loop, {pairs.Count} pairs", talk, stop);
        talk.IsOver = true;
        await loop.DelayAsync(options.Settle, stop);
    }

    private async Task TalkAtRateAsync(IReadOnlyList<(LoadClient Asker, LoadClient Answerer)> pairs, CancellationToken stop)
    {
        var talk = new Conversation(pairs, closedLoop: false);
        using var pacer = new Pacer(loop, options.MessagesPerSecond / 2, (ref int turn) => talk.AskNext(ref turn));
        await MeasureTalkAsync($"IM, {options.MessagesPerSecond}/s", talk, stop);
    }

    private async Task MeasureTalkAsync(string scenario, Conversation talk, CancellationToken stop)
    {
        await loop.DelayAsync(options.WarmUp, stop);
        talk.ResetCounters();
        var before = Meter();
        await loop.DelayAsync(options.Duration, stop);
        Add(scenario, "CPU us a message", Meter() - before, talk.Delivered, talk.OneWay);
    }

    private async Task FanOutAsync(int count, CancellationToken stop)
    {
        var watched = await ConnectAsync(0, stop);
        var watchers = await ConnectManyAsync(1, count, stop);
        await Task.WhenAll(watchers.Select(w => subject.WatchAsync(w, 0))).WaitAsync(stop);
        var fanout = new Fanout(watched, watchers);
        await fanout.RunAsync(options.WarmUpCopies / count).WaitAsync(stop);
        fanout.LastCopy.Clear();
        var changes = options.FanoutCopies / count;
        var before = Meter();
        await fanout.RunAsync(changes).WaitAsync(stop);
        Add($"presence, {count} watchers", "CPU us a copy", Meter() - before, (long)changes * count, fanout.LastCopy);
        await CloseAllAsync([watched, .. watchers], stop);
    }

    private async Task<IReadOnlyList<(LoadClient Asker, LoadClient Answerer)>> ConnectPairsAsync(CancellationToken stop)
    {
        var clients = await ConnectManyAsync(0, options.Pairs * 2, stop);
        var pairs = new List<(LoadClient, LoadClient)>();
        for (var i = 0; i < clients.Count; i += 2)
        {
            await subject.JoinAsync(clients[i], i, clients[i + 1], i + 1).WaitAsync(stop);
            pairs.Add((clients[i], clients[i + 1]));
        }

        return pairs;
    }

    private async Task<IReadOnlyList<LoadClient>> ConnectManyAsync(int first, int count, CancellationToken stop)
    {
        var clients = new List<LoadClient>(count);
        for (var done = 0; done < count; done += options.LoginsAtOnce)
        {
            var batch = Enumerable.Range(first + done, Math.Min(options.LoginsAtOnce, count - done));
            clients.AddRange(await Task.WhenAll(batch.Select(number => ConnectAsync(number, stop))));
        }

        return clients;
    }

    private async Task<LoadClient> ConnectAsync(int number, CancellationToken stop)
    {
        var client = subject.NewClient(sockets.Connect(subject.EndPointOf(number)), number);
        await client.Ready.WaitAsync(stop);
        return client;
    }

    private Reading Meter() => new(
        ProcessMeter.CpuSeconds(subject.Processes),
        ProcessMeter.CpuSeconds([Environment.ProcessId]),
        Stopwatch.GetElapsedTime(0).TotalSeconds);

    private void Add(string scenario, string unit, Reading used, long units, Latencies latencies) => _rows.Add(new(
        round, scenario, subject.Name, unit, used.Server * 1e6 / units, used.Generator * 1e6 / units, units / used.Seconds,
        latencies.Microseconds(0.5), latencies.Microseconds(0.99)));

    private async Task CloseAllAsync(IEnumerable<LoadClient> clients, CancellationToken stop)
    {
        foreach (var client in clients)
        {
            client.Close();
        }

        await loop.DelayAsync(options.Settle, stop);
    }

    /// <summary>CPU time of server and generator, and the clock, all in seconds.</summary>
    private readonly record struct Reading(double Server, double Generator, double Seconds)
    {
        public static Reading operator -(Reading later, Reading earlier) =>
            new(later.Server - earlier.Server, later.Generator - earlier.Generator, later.Seconds - earlier.Seconds);
    }
}
