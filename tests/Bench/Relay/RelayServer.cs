using System.Buffers.Binary;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;

namespace Sametime.Tests.Bench.Relay;

/// <summary>
/// The baseline: a server that forwards frames and does nothing else. It runs on the same loop and sockets as the product, so
/// what the product costs above it is the price of being a community server. Frames look like the protocol's:
/// <code>
/// type 1  log in:    header channel = own number; echoed
/// type 2  message:   header channel = number of the target; sent there as it is
/// type 3  publish:   header channel = own number; sent to all who watch it
/// type 4  watch:     header channel = number to watch; echoed
/// </code>
/// </summary>
internal sealed class RelayServer : IByteStreamSink
{
    public const ushort LogIn = 1;
    public const ushort Message = 2;
    public const ushort Publish = 3;
    public const ushort Watch = 4;

    private const int FrameBytesMax = 1 << 16;

    private readonly Dictionary<uint, IByteStream> _clients = [];
    private readonly Dictionary<uint, List<IByteStream>> _watchers = [];

    public void OnAccepted(IByteStream stream) => stream.Start(this);

    public int OnBytes(IByteStream stream, ReadOnlySpan<byte> bytes)
    {
        var done = 0;
        while (Frame.TryRead(bytes[done..], FrameBytesMax, out var consumed, out var kind, out var message))
        {
            if (kind == FrameKind.Message)
            {
                OnFrame(stream, bytes.Slice(done, consumed), BinaryPrimitives.ReadUInt16BigEndian(message), BinaryPrimitives.ReadUInt32BigEndian(message[4..]));
            }

            done += consumed;
        }

        return done;
    }

    public void OnEnded(IByteStream stream, StreamEnd end)
    {
        // A relay has no memory of its own to clean up worth measuring; the run ends with the process.
    }

    private void OnFrame(IByteStream from, ReadOnlySpan<byte> frame, ushort type, uint number)
    {
        switch (type)
        {
            case LogIn:
                _clients[number] = from;
                Forward(from, frame);
                break;
            case Watch:
                if (!_watchers.TryGetValue(number, out var list))
                {
                    _watchers[number] = list = [];
                }

                list.Add(from);
                Forward(from, frame);
                break;
            case Message when _clients.TryGetValue(number, out var target):
                Forward(target, frame);
                break;
            case Publish when _watchers.TryGetValue(number, out var watchers):
                foreach (var watcher in watchers)
                {
                    watcher.SendShared(frame);
                }

                break;
        }
    }

    private static void Forward(IByteStream to, ReadOnlySpan<byte> frame)
    {
        frame.CopyTo(to.Output.GetSpan(frame.Length));
        to.Output.Advance(frame.Length);
        to.Flush();
    }
}
