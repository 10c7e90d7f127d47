using System.Diagnostics;
using System.Net;
using Sametime.Contracts.Loop;

namespace Sametime.Tests.Bench.Load;

/// <summary>What is done to each subject, on the generator's own loop. Every figure is server CPU, or memory, a unit of work.</summary>
internal sealed class Scenarios(Subject subject, ILoop loop, LoadOptions options, GeneratorSockets sockets)
{
    private readonly List<Measurement> _rows = [];

    /// <summary>Runs them all, one after another. Call on the loop; everything awaited comes back to it.</summary>
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken stop)
    {
        var pairs = await ConnectPairsAsync(stop);
        await TalkClosedLoopAsync(pairs, stop);
        await TalkAtRateAsync(pairs, stop);
        CloseAll(pairs.SelectMany(p => new[] { p.Asker, p.Answerer }));
        foreach (var watchers in options.Watchers)
        {
            await FanOutAsync(watchers, stop);
        }

        if (subject.HasLogins)
        {
            await HoldLoginsAsync(stop);
        }

        return _rows;
    }

    private async Task TalkClosedLoopAsync(IReadOnlyList<(LoadClient Asker, LoadClient Answerer)> pairs, CancellationToken stop)
    {
        var talk = new Conversation(pairs, closedLoop: true);
        talk.StartAll();
        await loop.DelayAsync(options.WarmUp, stop);
        talk.ResetCounters();
        var (cpu, seconds) = await MeasureAsync(options.Duration, stop);
        Add($"IM, closed loop, {pairs.Count} pairs", "CPU us a message", cpu * 1e6 / talk.Delivered, talk.Delivered / seconds, talk.OneWay);
        talk.IsOver = true;
        await loop.DelayAsync(options.Settle, stop);
    }

    private async Task TalkAtRateAsync(IReadOnlyList<(LoadClient Asker, LoadClient Answerer)> pairs, CancellationToken stop)
    {
        var talk = new Conversation(pairs, closedLoop: false);
        using var pacer = new Pacer(loop, options.MessagesPerSecond / 2, (ref int turn) => talk.AskNext(ref turn));
        await loop.DelayAsync(options.WarmUp, stop);
        talk.ResetCounters();
        var (cpu, seconds) = await MeasureAsync(options.Duration, stop);
        Add($"IM, {options.MessagesPerSecond}/s", "CPU us a message", cpu * 1e6 / talk.Delivered, talk.Delivered / seconds, talk.OneWay);
    }

    private async Task FanOutAsync(int count, CancellationToken stop)
    {
        var watched = await ConnectAsync(0, stop);
        var watchers = await ConnectManyAsync(1, count, stop);
        await Task.WhenAll(watchers.Select(w => subject.WatchAsync(w, 0)));
        var fanout = new Fanout(watched, watchers);
        await fanout.RunAsync(options.WarmUpChanges);
        fanout.LastCopy.Clear();
        var changes = Math.Max(20, options.FanoutCopies / count);
        var cpuBefore = ProcessMeter.CpuSeconds(subject.Processes);
        var started = Stopwatch.GetTimestamp();
        await new Fanout(watched, watchers).RunAsync(changes).WaitAsync(stop);
        var cpu = ProcessMeter.CpuSeconds(subject.Processes) - cpuBefore;
        var copies = (double)changes * count;
        _rows.Add(new($"presence, {count} watchers", subject.Name, "CPU us a copy", cpu * 1e6 / copies,
            copies / Stopwatch.GetElapsedTime(started).TotalSeconds, fanout.LastCopy.Microseconds(0.5), fanout.LastCopy.Microseconds(0.99)));
        CloseAll([watched, .. watchers]);
        await loop.DelayAsync(options.Settle, stop);
    }

    private async Task HoldLoginsAsync(CancellationToken stop)
    {
        await loop.DelayAsync(options.Settle, stop);
        var before = ProcessMeter.ResidentBytes(subject.Processes);
        var cpuBefore = ProcessMeter.CpuSeconds(subject.Processes);
        var started = Stopwatch.GetTimestamp();
        var clients = await ConnectManyAsync(0, options.Logins, stop);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var cpu = ProcessMeter.CpuSeconds(subject.Processes) - cpuBefore;
        await loop.DelayAsync(options.MemorySettle, stop);
        var bytes = ProcessMeter.ResidentBytes(subject.Processes) - before;
        _rows.Add(new($"{options.Logins} logins", subject.Name, "KiB a login", bytes / 1024.0 / options.Logins, options.Logins / seconds, double.NaN, double.NaN));
        _rows.Add(new($"{options.Logins} logins", subject.Name, "CPU ms a login", cpu * 1e3 / options.Logins, options.Logins / seconds, double.NaN, double.NaN));
        CloseAll(clients);
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
        var client = subject.NewClient(await sockets.ConnectAsync(subject.EndPoint, stop), number);
        await client.Ready.WaitAsync(stop);
        return client;
    }

    private async Task<(double Cpu, double Seconds)> MeasureAsync(TimeSpan duration, CancellationToken stop)
    {
        var cpuBefore = ProcessMeter.CpuSeconds(subject.Processes);
        var started = Stopwatch.GetTimestamp();
        await loop.DelayAsync(duration, stop);
        return (ProcessMeter.CpuSeconds(subject.Processes) - cpuBefore, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private void Add(string scenario, string unit, double cost, double perSecond, Latencies latencies) =>
        _rows.Add(new(scenario, subject.Name, unit, cost, perSecond, latencies.Microseconds(0.5), latencies.Microseconds(0.99)));

    private static void CloseAll(IEnumerable<LoadClient> clients)
    {
        foreach (var client in clients)
        {
            client.Close();
        }
    }
}
