using Sametime.Contracts.Wire;
using Sametime.Hub.Channels;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

public sealed class ChannelTableTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(20)] // looked for in another way than a few
    public void A_number_that_is_in_use_is_passed_over(int used)
    {
        var table = new ChannelTable();
        for (var i = 0; i < used; i++)
            table.Add(new ChannelId(0x8000_0002 + (uint)i), null!);

        Assert.Equal(0x8000_0001, table.MakeId().Value);
        Assert.Equal(0x8000_0002 + (uint)used, table.MakeId().Value);
    }
}
