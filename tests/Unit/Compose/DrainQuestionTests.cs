using Sametime.Compose.Control;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

public class DrainQuestionTests
{
    [Theory]
    [InlineData("drain", null)]
    [InlineData("drain 00:00:00", 0)]
    [InlineData("drain 00:02:00", 120)]
    public void A_drain_is_asked_for_in_words(string words, int? seconds)
    {
        var question = new DrainQuestion(seconds is { } window ? TimeSpan.FromSeconds(window) : null);
        Assert.Equal(words, question.ToString());
        Assert.Equal(question, DrainQuestion.Parse(words));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("status drain")]
    [InlineData("drain soon")]
    [InlineData("drain -00:00:01")]
    [InlineData("")]
    public void Nothing_else_drains_a_hub(string words) => Assert.Null(DrainQuestion.Parse(words));
}
