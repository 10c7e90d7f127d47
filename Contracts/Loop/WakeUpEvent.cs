using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sametime.Contracts.Loop;

/// <summary>
/// Linux: makes a waiting poller return, by an eventfd. A datagram would do, but the kernel drops one when loopback is
/// flooded, and a loop that misses its ring sleeps on what was posted to it.
/// </summary>
internal sealed class WakeUpEvent : IReadyHandler, IDisposable
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    private readonly SafeFileHandle _event;
    private ulong _count;
    private int _rung;

    public WakeUpEvent()
    {
        Descriptor = EventCreate(0, NonBlocking | CloseOnExec);
        if (Descriptor < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "The system refused an event to wake a loop with (eventfd).");
        _event = new SafeFileHandle(Descriptor, ownsHandle: true);
    }

    public int Descriptor { get; }

    /// <summary>From any thread. Rings once until the poller has heard it.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _rung, 1) != 0)
            return;
        try
        {
            ulong ring = 1;
            _ = Write(_event, ref ring, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The poller has ended meanwhile, so nobody waits.
        }
    }

    public void OnReady(Readiness readiness)
    {
        // Reading comes first: a ring after it makes the event readable again, so none is lost.
        _ = Read(_event, ref _count, sizeof(ulong));
        Volatile.Write(ref _rung, 0);
    }

    public void Dispose() => _event.Dispose();

    // DllImport and not LibraryImport for the reason given in EpollPoller.
#pragma warning disable SYSLIB1054
    [DllImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EventCreate(uint value, int flags);

    [DllImport("libc", EntryPoint = "write")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(SafeFileHandle descriptor, ref ulong value, nuint bytes);

    [DllImport("libc", EntryPoint = "read")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Read(SafeFileHandle descriptor, ref ulong value, nuint bytes);
#pragma warning restore SYSLIB1054
}
