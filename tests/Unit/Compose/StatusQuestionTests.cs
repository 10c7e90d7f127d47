using Sametime.Compose.Control;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

public class StatusQuestionTests
{
    [Theory]
    [InlineData(false, false, "status")]
    [InlineData(true, false, "status listings")]
    [InlineData(true, true, "status listings collect")]
    public void A_question_goes_over_the_socket_in_words(bool listings, bool collect, string words)
    {
        var question = new StatusQuestion(listings, collect);
        Assert.Equal(words, question.ToString());
        Assert.Equal(question, StatusQuestion.Parse(words));
    }

    [Fact]
    public void A_word_of_a_newer_program_means_nothing_to_an_older_one() =>
        Assert.Equal(new StatusQuestion(Listings: true), StatusQuestion.Parse("status weather listings"));
}
