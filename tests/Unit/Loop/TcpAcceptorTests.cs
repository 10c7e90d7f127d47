using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Loop.Tcp;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Loop;

/// <summary>Takes the whole process's file descriptors away for a moment, so nothing may run beside it.</summary>
[CollectionDefinition(nameof(OutOfDescriptors), DisableParallelization = true)]
public sealed class OutOfDescriptors;

[Collection(nameof(OutOfDescriptors))]
public sealed class TcpAcceptorTests
{
    private const int OpenFiles = 7; // RLIMIT_NOFILE of Linux

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_descriptor_left_accepting_waits_and_goes_on_when_there_is_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the limit is set as on Linux");
        using var loop = new EventLoop("test", static _ => { });
        var accepted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new TcpOptions { AcceptRetryDelay = TimeSpan.FromMilliseconds(5) };
        var acceptor = await loop.AskAsync(() => new TcpAcceptor(loop, new IPEndPoint(IPAddress.Loopback, 0), options, socket =>
        {
            socket.Dispose();
            accepted.TrySetResult();
        }));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        Assert.Equal(0, GetLimit(OpenFiles, out var limit));
        try
        {
            Assert.Equal(0, SetLimit(OpenFiles, limit with { Soft = 3 }));
            client.Connect(acceptor.LocalEndPoint);
            await loop.UntilAsync(() => acceptor.ExhaustedCount >= 3, Stop);
            Assert.False(accepted.Task.IsCompleted);
        }
        finally
        {
            Assert.Equal(0, SetLimit(OpenFiles, limit));
        }

        await accepted.Task.ForAsync(Stop);
    }

    [Fact]
    public async Task A_port_on_which_somebody_listens_is_refused()
    {
        using var loop = new EventLoop("test", static _ => { });
        var first = await loop.AskAsync(() => Listen(loop, port: 0));

        var refusal = await Assert.ThrowsAsync<SocketException>(() => loop.AskAsync(() => Listen(loop, first.LocalEndPoint.Port)));

        Assert.Equal(SocketError.AddressAlreadyInUse, refusal.SocketErrorCode);
    }

    [Fact]
    public async Task A_port_can_be_had_again_while_its_last_connection_still_winds_down()
    {
        using var loop = new EventLoop("test", static _ => { });
        var first = await loop.AskAsync(() => Listen(loop, port: 0));
        using (var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            // Our end closes first, so it is our port that the connection holds on to.
            await client.ConnectAsync(first.LocalEndPoint, Stop);
            Assert.Equal(0, await client.ReceiveAsync(new byte[1], Stop));
        }

        var port = first.LocalEndPoint.Port;
        await loop.AskAsync(first.Dispose);
        var second = await loop.AskAsync(() => Listen(loop, port));

        Assert.Equal(port, second.LocalEndPoint.Port);
    }

    private static TcpAcceptor Listen(EventLoop loop, int port) =>
        new(loop, new IPEndPoint(IPAddress.Loopback, port), new TcpOptions(), static socket => socket.Dispose());

#pragma warning disable SYSLIB1054 // As in EpollPoller: only numbers and references, and no unsafe code for it.
    [DllImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetLimit(int resource, out Limit limit);

    [DllImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int resource, in Limit limit);
#pragma warning restore SYSLIB1054

    private readonly record struct Limit(ulong Soft, ulong Hard);
}
