using Sametime.Contracts.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Loop;

/// <summary>A queue against a list that does the same: whatever is added, taken and cleared, the bytes are those of the list.</summary>
public sealed class ByteQueueTests
{
    private readonly ByteQueuePool _pool = new();
    private readonly List<byte> _wanted = [];
    private ByteQueue _queue;

    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 3_000)]
    [InlineData(3, 30_000)]
    public void What_was_added_comes_out_in_order_however_it_is_cut(int seed, int most)
    {
        var random = new Random(seed);
        for (var step = 0; step < 3_000; step++)
        {
            switch (random.Next(10))
            {
                case < 3:
                    var added = Some();
                    _queue.Add(added, _pool);
                    _wanted.AddRange(added);
                    break;
                case < 5:
                    var written = Some();
                    var room = _queue.Room(random.Next(written.Length, written.Length * 2 + 1), _pool);
                    written.CopyTo(room);
                    _queue.Added(written.Length);
                    _wanted.AddRange(written);
                    break;
                case 9 when random.Next(50) == 0:
                    _queue.Clear(_pool);
                    _wanted.Clear();
                    break;
                default:
                    var count = Math.Min(random.Next(most), _wanted.Count);
                    _queue.Take(count, _pool);
                    _wanted.RemoveRange(0, count);
                    break;
            }

            Assert.Equal((_wanted.Count, _wanted.Count == 0), (_queue.Length, _queue.IsEmpty));
            Assert.True(_queue.Bytes.SequenceEqual(_wanted.ToArray()), $"step {step}");
        }

        byte[] Some()
        {
            var bytes = new byte[random.Next(most)];
            random.NextBytes(bytes);
            return bytes;
        }
    }

    [Fact]
    public void More_than_there_is_cannot_be_taken_nor_more_added_than_there_was_room_for()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _queue.Added(0));
        var room = _queue.Room(10, _pool).Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => _queue.Added(room + 1));
        _queue.Added(room);
        Assert.Throws<ArgumentOutOfRangeException>(() => _queue.Take(room + 1, _pool));
        Assert.Throws<ArgumentOutOfRangeException>(() => _queue.Take(-1, _pool));
        _queue.Take(room, _pool);

        Assert.True(_queue.IsEmpty);
    }

    [Fact]
    public void Memory_that_a_queue_gave_back_serves_the_next_one()
    {
        _queue.Add([1], _pool);
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray<byte>(_queue.Room(1, _pool), out var first));
        _queue.Take(1, _pool);
        ByteQueue next = default;

        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray<byte>(next.Room(1, _pool), out var second));
        Assert.Same(first.Array, second.Array);

        // And a third one at the same time does not share it.
        ByteQueue third = default;
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray<byte>(third.Room(1, _pool), out var other));
        Assert.NotSame(first.Array, other.Array);
    }
}
