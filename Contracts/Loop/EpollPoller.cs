using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sametime.Contracts.Loop;

/// <summary>
/// Linux: epoll, level-triggered. Its cost depends on how many sockets are ready, not on how many there are.
/// <code>
/// struct epoll_event   on x64: events u32, data u64, packed to 12 bytes; elsewhere padded to 16, data at 8
/// data                 low half: file descriptor; high half: its generation, see Watched
/// </code>
/// </summary>
internal sealed class EpollPoller : ISocketPoller
{
    private const int EventsPerWait = 256;
    private const int Interrupted = 4; // EINTR
    private const int CloseOnExec = 0x80000;

    private const uint In = 0x1;
    private const uint Out = 0x4;
    private const uint Error = 0x8;
    private const uint HangUp = 0x10;

    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int DataOffset = IsPacked ? 4 : 8;
    private static readonly int EventBytes = IsPacked ? 12 : 16;

    private readonly SafeFileHandle _epoll;
    private readonly int _descriptor;
    private readonly WakeUpEvent _wakeUp = new();
    private readonly byte[] _events = new byte[EventsPerWait * EventBytes];
    private readonly byte[] _event = new byte[EventBytes];
    private Watched[] _watched = new Watched[64];
    private uint _generation;

    public EpollPoller()
    {
        _descriptor = EpollCreate(CloseOnExec);
        if (_descriptor < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "The system refused a poller (epoll).");
        _epoll = new SafeFileHandle(_descriptor, ownsHandle: true);
        Add(_wakeUp.Descriptor, null, Readiness.Read, _wakeUp);
    }

    private enum Operation
    {
        Add = 1,
        Remove = 2,
        Change = 3,
    }

    public void Add(Socket socket, Readiness interest, IReadyHandler handler) => Add(DescriptorOf(socket), socket, interest, handler);

    public void Change(Socket socket, Readiness interest) => Control(Operation.Change, DescriptorOf(socket), interest);

    public void Remove(Socket socket)
    {
        var descriptor = DescriptorOf(socket);
        _watched[descriptor] = default;
        Control(Operation.Remove, descriptor, Readiness.None);
    }

    public void Wait(int timeoutMilliseconds, Action<Exception> onError)
    {
        var count = EpollWait(_descriptor, ref _events[0], EventsPerWait, timeoutMilliseconds);
        if (count < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "The system's poller (epoll) failed.");

        for (var i = 0; i < count; i++)
        {
            var entry = _events.AsSpan(i * EventBytes, EventBytes);
            var events = MemoryMarshal.Read<uint>(entry);
            var data = MemoryMarshal.Read<ulong>(entry[DataOffset..]);
            var watched = _watched[(int)(uint)data];

            // A handler before us in this batch may have closed this socket, and its descriptor may be another's by now.
            if (watched.Handler is null || watched.Generation != (uint)(data >> 32))
                continue;
            try
            {
                watched.Handler.OnReady(ToReadiness(events));
            }
            catch (Exception error)
            {
                onError(error);
            }
        }
    }

    public void Wake() => _wakeUp.Wake();

    public void Dispose()
    {
        _epoll.Dispose();
        _wakeUp.Dispose();
        foreach (var watched in _watched)
            watched.Socket?.Dispose();
    }

    private static Readiness ToReadiness(uint events) =>
        ((events & In) != 0 ? Readiness.Read : 0)
        | ((events & Out) != 0 ? Readiness.Write : 0)
        | ((events & (Error | HangUp)) != 0 ? Readiness.Failed : 0);

    private static int DescriptorOf(Socket socket) => (int)socket.Handle;

    private void Add(int descriptor, Socket? socket, Readiness interest, IReadyHandler handler)
    {
        if (descriptor >= _watched.Length)
            Array.Resize(ref _watched, Math.Max(descriptor + 1, _watched.Length * 2));
        _watched[descriptor] = new Watched(socket, handler, ++_generation);
        Control(Operation.Add, descriptor, interest);
    }

    private void Control(Operation operation, int descriptor, Readiness interest)
    {
        var events = ((interest & Readiness.Read) != 0 ? In : 0) | ((interest & Readiness.Write) != 0 ? Out : 0);
        var data = ((ulong)_watched[descriptor].Generation << 32) | (uint)descriptor;
        MemoryMarshal.Write(_event, events);
        MemoryMarshal.Write(_event.AsSpan(DataOffset), data);
        if (EpollControl(_descriptor, operation, descriptor, ref _event[0]) < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"The system's poller (epoll) refused to {operation} a socket.");
    }

    // DllImport and not LibraryImport: all arguments are plain numbers and references, and the code that LibraryImport
    // generates would make this project allow unsafe code.
#pragma warning disable SYSLIB1054
    [DllImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EpollCreate(int flags);

    [DllImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EpollControl(int epoll, Operation operation, int descriptor, ref byte epollEvent);

    [DllImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EpollWait(int epoll, ref byte events, int eventsMax, int timeoutMilliseconds);
#pragma warning restore SYSLIB1054

    // The generation tells a descriptor from the one that had its number before.
    private readonly record struct Watched(Socket? Socket, IReadyHandler? Handler, uint Generation);
}
