using Xunit;

namespace Sametime.Tests.Unit.Mutation;

/// <summary>All mistakes are in one program, and it makes the one that it is told to.</summary>
[Trait("Mutation", "No")]
public sealed class SwitchTests
{
    private static readonly SampleCode Code = new("public static string F(int a) { if (a > 1 && a + 1 < 9) { return \"in\"; } return \"out\"; }");

    [Fact]
    public void Without_a_mistake_the_program_is_what_it_was()
    {
        var (assembly, _) = Code.Compile(Code.All);
        Assert.Equal(["out", "in", "in", "out"], new[] { 1, 2, 7, 8 }.Select(a => (string)SampleCode.Call(assembly, 0, "F", a)!));
    }

    [Theory]
    [InlineData("a > 1 -> a >= 1", 1, "in")]
    [InlineData("a > 1 -> a <= 1", 2, "out")]
    [InlineData("a + 1 < 9 -> a + 1 <= 9", 8, "in")]
    [InlineData("a + 1 -> a - 1", 9, "in")]
    [InlineData("a > 1 && a + 1 < 9 -> a > 1", 20, "in")]
    [InlineData("a > 1 && a + 1 < 9 -> a + 1 < 9", 0, "in")]
    [InlineData("return \"in\"; -> ", 5, "out")]
    public void Each_mistake_is_made_alone_also_where_they_lie_in_each_other(string mistake, int argument, string wrong)
    {
        var (assembly, refused) = Code.Compile(Code.All);
        Assert.Empty(refused);
        var number = Code.All.Index().Single(one => $"{one.Item.Original} -> {one.Item.Changed}" == mistake).Index + 1;
        Assert.NotEqual(wrong, SampleCode.Call(assembly, 0, "F", argument));
        Assert.Equal(wrong, SampleCode.Call(assembly, number, "F", argument));
    }
}
