using Sametime.Edge.Listeners;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>What TLS reads from and writes to: it may do so on the loop or on any other thread, the stream below is touched on the loop only.</summary>
public sealed class TlsCarrierTests : IDisposable
{
    private readonly ManualLoop _loop = new();
    private readonly WireEnd _wire = new();
    private readonly TlsCarrier _carrier;
    private int _starved;

    public TlsCarrierTests() => _carrier = new TlsCarrier(_loop, _wire, () => _starved++);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _carrier.Dispose();
        _loop.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Bytes_are_read_in_order_however_they_come_and_go(int seed)
    {
        var random = new Random(seed);
        var (fed, read) = (new List<byte>(), new List<byte>());
        for (var step = 0; step < 500; step++)
        {
            if (random.Next(2) == 0)
            {
                var bytes = new byte[random.Next(0, 300)];
                random.NextBytes(bytes);
                _carrier.Feed(bytes);
                fed.AddRange(bytes);
            }
            else if (_carrier.UnreadBytes > 0)
            {
                var buffer = new byte[random.Next(1, 200)];
                read.AddRange(buffer[..Read(buffer)]);
            }

            Assert.Equal(fed.Count - read.Count, _carrier.UnreadBytes);
        }

        _carrier.Feed([1]);
        fed.Add(1);
        var rest = new byte[_carrier.UnreadBytes];
        read.AddRange(rest[..Read(rest)]);
        Assert.Equal(fed, read);
        Assert.Equal(0, _carrier.UnreadBytes);
    }

    [Fact]
    public async Task Who_waits_gets_what_comes_and_no_more_than_there_is_room_for()
    {
        var buffer = new byte[3];
        var reading = ReadAsync(buffer);
        _carrier.Feed([]);
        Assert.False(reading.IsCompleted);
        _carrier.Feed([1, 2, 3, 4]);
        Assert.True(reading.IsCompleted);
        Assert.Equal((3, 1), (await reading, _carrier.UnreadBytes));
        Assert.Equal([1, 2, 3], buffer);

        // And the next one too.
        Assert.Equal((1, 4), (Read(buffer), buffer[0]));
        var next = ReadAsync(buffer);
        _carrier.Feed([5]);
        Assert.True(next.IsCompleted);
        Assert.Equal((1, 5), (await next, buffer[0]));
    }

    [Fact]
    public async Task That_there_is_nothing_to_read_is_told_on_the_loop()
    {
        _carrier.Feed([1]);
        _ = Read(new byte[1]);
        Assert.Equal(0, _starved);

        var elsewhere = ReadAsync(new byte[1]);
        Assert.Equal(0, _starved);
        _loop.RunUntilIdle();
        Assert.Equal(1, _starved);
        _carrier.Feed([1]);
        Assert.Equal(1, await elsewhere);

        _loop.Run(() =>
        {
            _ = ReadAsync(new byte[1]);
            Assert.Equal(2, _starved); // at once
        });
    }

    [Fact]
    public async Task What_is_written_elsewhere_goes_out_on_the_loop_in_order_and_as_it_was()
    {
        byte[] bytes = [1, 2, 3, 4];
        _carrier.Write(bytes, 1, 2);
        bytes[1] = 99;
        await _carrier.WriteAsync(bytes.AsMemory(3), Stop);
        Assert.True(_wire.Sent.IsEmpty);
        _loop.RunUntilIdle();
        Assert.Equal([2, 3, 4], _wire.Sent.ToArray());

        _loop.Run(() =>
        {
            _carrier.Write([6]);
            Assert.Equal(6, _wire.Sent[^1]); // at once
        });
    }

    [Fact]
    public void At_its_end_what_is_left_is_read_and_then_nothing()
    {
        _carrier.Feed([1, 2]);
        _carrier.End();
        _carrier.Feed([3]);
        var buffer = new byte[5];
        Assert.Equal([2, 0, 0], new[] { Read(buffer), Read(buffer), Read(buffer) });
        Assert.Equal([1, 2, 0, 0, 0], buffer);
        Assert.Equal(0, _starved);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_hears_of_the_end(bool isDisposed)
    {
        var reading = ReadAsync(new byte[1]);
        if (isDisposed)
        {
            _carrier.Dispose();
        }
        else
        {
            _carrier.End();
        }

        Assert.True(reading.IsCompleted);
        Assert.Equal(0, await reading);
    }

    private int Read(byte[] buffer)
    {
        var reading = ReadAsync(buffer);
        Assert.True(reading.IsCompleted, "There is something to read.");
        return reading.Result;
    }

    private Task<int> ReadAsync(byte[] buffer) => _carrier.ReadAsync(buffer.AsMemory(), Stop).AsTask();
}
