using System.Security.Cryptography;
using Sametime.Broker;
using Sametime.Broker.Links;
using Sametime.Contracts.Loop;
using Sametime.Tests.Kit.Loop;

namespace Sametime.Tests.Unit.Broker;

/// <summary>Two hubs on a broker in memory, and a stream that the first has opened to the second.</summary>
internal sealed class StreamPair : IDisposable
{
    public static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(5);

    public StreamPair(BrokerOptions? options = null)
    {
        Options = options ?? new BrokerOptions();
        Broker = new FakeBroker(Loop);
        var key = RandomNumberGenerator.GetBytes(32);
        One = new Hub(this, 1, key);
        Two = new Hub(this, 2, key);
    }

    public ManualLoop Loop { get; } = new();

    public BrokerOptions Options { get; }

    public FakeBroker Broker { get; }

    public Hub One { get; }

    public Hub Two { get; }

    /// <summary>The end that dialled.</summary>
    public End Dialed { get; private set; } = null!;

    /// <summary>The end that accepted.</summary>
    public End Accepted => Two.Accepted[^1];

    public StreamPair Open()
    {
        BrokerStream? stream = null;
        Loop.Run(async () => stream = await One.Mailbox.DialAsync(Two.Mailbox.Address, DialTimeout));
        Dialed = new End(stream!);
        Loop.Run(() => stream!.Start(Dialed));
        return this;
    }

    public void Dispose()
    {
        One.Mailbox.Dispose();
        Two.Mailbox.Dispose();
        Loop.Dispose();
    }

    internal sealed class Hub : IBrokerMailboxHandler
    {
        public Hub(StreamPair pair, ushort number, byte[] key)
        {
            Mailbox = new BrokerMailbox(pair.Loop, pair.Options, number, key, this);
            Channel = pair.Broker.Connect(Mailbox.Names, number, Mailbox);
            pair.Loop.Run(Channel.Start);
        }

        public BrokerMailbox Mailbox { get; }

        public FakeChannel Channel { get; }

        public List<End> Accepted { get; } = [];

        public void OnConnected()
        {
        }

        public void OnStream(BrokerStream stream)
        {
            Accepted.Add(new End(stream));
            stream.Start(Accepted[^1]);
        }

        public void OnBeacon(BrokerAddress sender, ulong sequence, ReadOnlySpan<byte> body)
        {
        }

        public void OnLost(string why)
        {
        }
    }

    /// <summary>Reads everything, or what <see cref="Takes"/> says.</summary>
    internal sealed class End(BrokerStream stream) : IByteStreamSink
    {
        public BrokerStream Stream { get; } = stream;

        public List<byte> Read { get; } = [];

        public List<StreamEnd> Ends { get; } = [];

        /// <summary>How many of the bytes offered are taken.</summary>
        public Func<int, int> Takes { get; set; } = length => length;

        public void Send(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(Stream.Output.GetSpan(bytes.Length));
            Stream.Output.Advance(bytes.Length);
            Stream.Flush();
        }

        public int OnBytes(IByteStream stream, ReadOnlySpan<byte> bytes)
        {
            var taken = Takes(bytes.Length);
            Read.AddRange(bytes[..taken]);
            return taken;
        }

        public void OnEnded(IByteStream stream, StreamEnd end) => Ends.Add(end);
    }
}
