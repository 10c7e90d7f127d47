using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Broker;
using Sametime.Contracts.Link;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Kit.Servers;

namespace Sametime.Tests.Bench.Broker;

/// <summary>
/// The link between two hubs over a real RabbitMQ, both in this process on loops of their own: how long a frame takes one
/// way, what a frame costs at several numbers of frames a turn, and how many share a message.
/// </summary>
internal static class BrokerCommand
{
    private const int FrameBytes = 200;

    /// <summary>With more than this waiting a turn sends nothing: then it is the carrier that sets the pace.</summary>
    private const int QueuedBytesMax = 1024 * 1024;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    public static async Task<int> RunAsync()
    {
        Console.WriteLine("in flight | frames a turn | frames/s | frames/message | p50 us | p99 us | CPU us/frame (both ends)");
        foreach (var inFlight in new[] { 1, 2, 4, 8 })
        {
            foreach (var frames in new[] { 1, 20, 100, 1000 })
                await MeasureAsync(inFlight, frames);
        }
        return 0;
    }

    private static async Task MeasureAsync(int inFlight, int framesPerTick)
    {
        var options = new BrokerOptions { Uri = TestServices.RabbitMq, Prefix = TestServices.NewName(), ChunksInFlightMax = inFlight };
        var key = RandomNumberGenerator.GetBytes(32);
        using var here = new EventLoop("bench 1", Fail);
        using var there = new EventLoop("bench 2", Fail);
        var sender = new End();
        var receiver = new End();
        var one = Start(here, 1, options, key, sender);
        var two = Start(there, 2, options, key, receiver);
        await Task.WhenAll(sender.Opened.Task, receiver.Opened.Task);

        await SendAsync(here, sender.Link!, framesPerTick, TimeSpan.FromSeconds(1));
        await there.AskAsync(receiver.Latencies.Clear);
        var before = await here.AskAsync(() => one.Status);
        var (cpu, start) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        await SendAsync(here, sender.Link!, framesPerTick, Duration);
        await here.UntilAsync(() => sender.Link!.QueuedBytes == 0, CancellationToken.None);
        var (took, used) = (Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu);
        var after = await here.AskAsync(() => one.Status);
        if (sender.IsClosed || receiver.IsClosed)
            throw new InvalidOperationException("The link has ended under the load, so the figures mean nothing.");
        var latencies = await there.AskAsync(() => receiver.Latencies.Order().ToArray());

        var frames = after.Frames - before.Frames;
        var messages = after.MessagesOut - before.MessagesOut;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{inFlight,9} | {framesPerTick,13} | {frames / took.TotalSeconds,8:f0} | {(double)frames / messages,14:f1} | {Percentile(latencies, 0.5),6:f0} | {Percentile(latencies, 0.99),6:f0} | {used.TotalMicroseconds / frames:f2}"));
        await here.AskAsync(() => one.DisposeAsync().AsTask().ContinueWith(_ => true, TaskScheduler.Default));
        await there.AskAsync(() => two.DisposeAsync().AsTask().ContinueWith(_ => true, TaskScheduler.Default));
    }

    private static BrokerHubs Start(EventLoop loop, ushort number, BrokerOptions options, byte[] key, End end)
    {
        var hubs = new BrokerHubs(
            loop, options, new LinkIdentity(LinkRole.Hub, $"bench-{number}", number), 1, key, new LinkOptions(), end, new Random(number), NullLogger.Instance);
        loop.Post(hubs.Start);
        return hubs;
    }

    private static Task SendAsync(EventLoop loop, ILink link, int framesPerTick, TimeSpan duration)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var frame = new byte[FrameBytes];
        var start = Stopwatch.GetTimestamp();
        loop.Post(Send);
        return done.Task;

        void Send()
        {
            for (var i = 0; i < framesPerTick && link.QueuedBytes < QueuedBytesMax; i++)
            {
                BinaryPrimitives.WriteInt64BigEndian(frame, Stopwatch.GetTimestamp());
                link.Send(LinkKind.Message, 0, frame, []);
            }
            if (Stopwatch.GetElapsedTime(start) < duration)
                loop.Schedule(Tick, Send);
            else
                done.SetResult();
        }
    }

    private static double Percentile(double[] sorted, double part) => sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * part)];

    private static void Fail(Exception error) => Environment.FailFast("a callback has thrown", error);

    private sealed class End : ILinkHandler
    {
        public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ILink? Link { get; private set; }

        public bool IsClosed { get; private set; }

        public List<double> Latencies { get; } = [];

        public void OnLinkOpened(ILink link)
        {
            Link = link;
            Opened.TrySetResult();
        }

        public void OnLinkFrame(ILink link, in LinkFrame frame) =>
            Latencies.Add(Stopwatch.GetElapsedTime(BinaryPrimitives.ReadInt64BigEndian(frame.Payload)).TotalMicroseconds);

        public void OnLinkClosed(ILink link, Reason reason) => IsClosed = true;
    }
}
