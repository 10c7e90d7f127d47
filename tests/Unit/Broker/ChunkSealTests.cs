using Sametime.Broker.Links;
using Xunit;

namespace Sametime.Tests.Unit.Broker;

public sealed class ChunkSealTests : IDisposable
{
    private static readonly byte[] Key = [.. "a shared key of this community"u8];
    private static readonly BrokerAddress Sender = new(513, 0x1122334455667788);
    private const ulong Destination = 77;

    private readonly ChunkSeal _seal = new(Key);

    public void Dispose() => _seal.Dispose();

    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 70_000)]
    [InlineData(6, 9)]
    public void A_chunk_reads_back_as_it_was_written(int number, int length)
    {
        var kind = (ChunkKind)number;
        var body = new byte[length];
        new Random(5).NextBytes(body);

        var message = Write(kind, body, Destination);

        Assert.Equal(length + ChunkSeal.OverheadBytes, message.Length);
        Assert.True(_seal.TryRead(message, Destination, out var chunk));
        Assert.Equal((kind, Sender, 0xFEDCBA9876543210, 42ul), (chunk.Kind, chunk.Sender, chunk.Stream, chunk.Sequence));
        Assert.True(chunk.Body.SequenceEqual(body));
    }

    [Fact]
    public void Whichever_byte_is_altered_or_missing_the_chunk_is_refused()
    {
        var message = Write(ChunkKind.Data, [1, 2, 3], Destination);

        for (var i = 0; i < message.Length; i++)
        {
            var altered = message.ToArray();
            altered[i] ^= 0x40;
            Assert.False(_seal.TryRead(altered, Destination, out _), $"byte {i}");
            Assert.False(_seal.TryRead(message.AsSpan(0, i), Destination, out _), $"cut at {i}");
        }
    }

    [Fact]
    public void Another_key_is_refused()
    {
        using var other = new ChunkSeal("another key"u8.ToArray());

        Assert.False(other.TryRead(Write(ChunkKind.Data, [1], Destination), Destination, out _));
    }

    [Fact]
    public void A_chunk_for_one_queue_is_refused_at_another_but_a_beacon_is_for_all()
    {
        Assert.False(_seal.TryRead(Write(ChunkKind.Data, [1], Destination), Destination + 1, out _));
        Assert.True(_seal.TryRead(Write(ChunkKind.Beacon, [1], Destination), Destination + 1, out _));
    }

    [Fact]
    public void Without_a_link_key_there_is_no_seal() => Assert.Throws<ArgumentException>(() => new ChunkSeal(default));

    private byte[] Write(ChunkKind kind, ReadOnlySpan<byte> body, ulong destination)
    {
        var message = new byte[body.Length + ChunkSeal.OverheadBytes];
        Assert.Equal(message.Length, _seal.Write(message, new Chunk(kind, Sender, 0xFEDCBA9876543210, 42, body), destination));
        return message;
    }
}
