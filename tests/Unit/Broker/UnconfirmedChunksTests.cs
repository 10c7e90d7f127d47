using Sametime.Broker.Links;
using Xunit;

namespace Sametime.Tests.Unit.Broker;

public class UnconfirmedChunksTests
{
    [Fact]
    public void Confirmations_in_any_order_and_many_at_once_count_each_chunk_once()
    {
        var random = new Random(11);
        var chunks = new UnconfirmedChunks();
        var waiting = new HashSet<ulong>();
        for (ulong number = 1; number <= 5_000; number++)
        {
            chunks.Add(null, (int)number);
            waiting.Add(number);
            while (waiting.Count > 0 && random.Next(3) > 0)
            {
                var confirmed = waiting.ElementAt(random.Next(waiting.Count));
                var multiple = random.Next(5) == 0;
                chunks.Confirm(confirmed, multiple, isTaken: true);
                waiting.RemoveWhere(each => each == confirmed || (multiple && each < confirmed));
                chunks.Confirm(confirmed, multiple, isTaken: true);
            }
            Assert.Equal(waiting.Sum(each => (long)each), chunks.Bytes);
        }
        chunks.Confirm(5_001, multiple: true, isTaken: true);
        Assert.Equal(waiting.Sum(each => (long)each), chunks.Bytes);
    }
}
