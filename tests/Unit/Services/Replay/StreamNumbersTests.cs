using Sametime.Services.Replay;
using Xunit;

namespace Sametime.Tests.Unit.Services.Replay;

public sealed class StreamNumbersTests
{
    [Theory]
    [InlineData("1 2 3", "", 0)]
    [InlineData("1 2 5 6 9", "3-4 7-8", 0)]
    [InlineData("3 4", "1-2", 0)]
    [InlineData("1 3 2", "", 0)]
    [InlineData("5 1 3 2 4", "", 0)]
    [InlineData("1 2 2 3 1", "", 2)]
    [InlineData("4 2 4", "1 3", 1)]
    public void Missing_and_repeated_numbers_are_found_in_whatever_order_they_come(string numbers, string missing, long duplicates)
    {
        var stream = new StreamNumbers();
        foreach (var number in numbers.Split(' '))
            stream.Add(long.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(missing, string.Join(' ', stream.Missing(1)));
        Assert.Equal(duplicates, stream.Duplicates);
    }

    [Fact]
    public void Nothing_is_missing_before_what_was_read_first_unless_it_is_asked_for()
    {
        var stream = new StreamNumbers();
        stream.Add(7);
        stream.Add(9);
        Assert.Equal([new NumberRange(8, 8)], stream.Missing(stream.First));
    }
}
