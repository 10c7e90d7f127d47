using System.Buffers.Binary;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Tests.Bench.Load;

namespace Sametime.Tests.Bench.Relay;

/// <summary>A client of the bare relay; its frames are as long as the protocol's for the same body.</summary>
internal sealed class RelayClient : LoadClient
{
    // What the protocol puts before a message's body: message type and length of the data.
    private const int SendOverhead = 6;

    private readonly uint _number;
    private readonly TaskCompletionSource _watching = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _peer;

    public RelayClient(IByteStream stream, uint number)
        : base(stream)
    {
        _number = number;
        Write(RelayServer.LogIn, number, []);
    }

    public void Join(uint peer) => _peer = peer;

    public Task WatchAsync(uint number)
    {
        Write(RelayServer.Watch, number, []);
        return _watching.Task;
    }

    public override void Send(ReadOnlySpan<byte> body) => Write(RelayServer.Message, _peer, body);

    public override void Publish(uint number) => Write(RelayServer.Publish, _number, BitConverter.GetBytes(number));

    protected override void OnMessage(MessageType type, uint channel, ReadOnlySpan<byte> body)
    {
        switch ((ushort)type)
        {
            case RelayServer.LogIn:
                SetReady();
                break;
            case RelayServer.Watch:
                _watching.TrySetResult();
                break;
            default:
                Received?.Invoke(this, body[SendOverhead..]);
                break;
        }
    }

    private void Write(ushort type, uint channel, ReadOnlySpan<byte> body)
    {
        var length = MessageHeader.Size + SendOverhead + body.Length;
        var frame = Stream.Output.GetSpan(Frame.LengthSize + length)[..(Frame.LengthSize + length)];
        frame.Clear();
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        BinaryPrimitives.WriteUInt16BigEndian(frame[4..], type);
        BinaryPrimitives.WriteUInt32BigEndian(frame[8..], channel);
        body.CopyTo(frame[(Frame.LengthSize + MessageHeader.Size + SendOverhead)..]);
        Stream.Output.Advance(frame.Length);
        Stream.Flush();
    }
}
