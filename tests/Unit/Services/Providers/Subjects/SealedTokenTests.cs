using System.Text.Json;
using Sametime.Services.Providers.Subjects;
using Xunit;

namespace Sametime.Tests.Unit.Services.Providers.Subjects;

/// <summary>What a stored text looks like that stands for something personal, to the character.</summary>
public sealed class SealedTokenTests
{
    private static readonly string Id = new('a', SubjectId.Digits);

    [Fact]
    public void A_user_and_a_sealed_value_are_read()
    {
        Assert.Equal((true, Id, 0), Read($"~u.{Id}"));
        Assert.Equal((true, Id, 4), Read($"~1.{Id}.AAAA"));
    }

    [Theory]
    [InlineData("~u.{0}x")] // somebody who calls himself so
    [InlineData("~u.{0}.AAAA")]
    [InlineData("~1.{0}")]
    [InlineData("~1.{0}.")]
    [InlineData("~1.{0}AAAAA")]
    [InlineData("~2.{0}.AAAA")]
    [InlineData("u.{0}")]
    [InlineData("~u.")]
    public void Anything_else_is_a_text(string like) => Assert.False(Read(string.Format(System.Globalization.CultureInfo.InvariantCulture, like, Id)).IsToken);

    [Fact]
    public void An_id_has_so_many_digits_and_they_are_small_hexadecimal_ones()
    {
        Assert.False(Read($"~u.{Id[1..]}").IsToken);
        Assert.False(Read($"~u.{Id.ToUpperInvariant()}").IsToken);
        Assert.False(Read($"~u.{Id[1..]}g").IsToken);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("[]")]
    public void What_is_no_text_is_no_token(string json)
    {
        using var written = JsonDocument.Parse(json);
        Assert.False(SealedToken.TryRead(written.RootElement, out _));
    }

    [Fact]
    public void All_ids_in_a_json_are_found_and_nothing_that_only_begins_like_one()
    {
        var other = new string('b', SubjectId.Digits);
        var ids = new HashSet<SubjectId>();
        SealedToken.CollectIds($$"""{"a":"~u.{{Id}}","b":["~1.{{other}}.AAAA","~u.{{Id.ToUpperInvariant()}}"],"c":"~"}""", ids);

        Assert.Equal([new(Id), new SubjectId(other)], ids);
        Assert.Equal(new SubjectId(Id), SealedToken.IdIn($"~u.{Id}"));
        Assert.Null(SealedToken.IdIn($"~u.{Id[1..]}"));
        Assert.Null(SealedToken.IdIn(Id));
        Assert.True(SealedToken.IsIn("""{"a":"~"}"""));
        Assert.False(SealedToken.IsIn("""{"a":"a~"}"""));
    }

    private static (bool IsToken, string Id, int BodyLength) Read(string text)
    {
        using var written = JsonDocument.Parse(JsonSerializer.Serialize(text));
        return SealedToken.TryRead(written.RootElement, out var token) ? (true, token.Id.Value, token.Body.Length) : (false, "", 0);
    }
}
