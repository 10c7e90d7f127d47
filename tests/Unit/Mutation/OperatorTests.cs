using Xunit;

namespace Sametime.Tests.Unit.Mutation;

/// <summary>Each kind of mistake that tests/mutate makes, and where it makes none.</summary>
[Trait("Mutation", "No")]
public sealed class OperatorTests
{
    [Theory]
    [InlineData("comparison", "bool F(int a) => a < 3;", "a < 3 -> a <= 3", "a < 3 -> a >= 3")]
    [InlineData("comparison", "bool F(int a) => a == 3;", "a == 3 -> a != 3")]
    [InlineData("comparison", "bool F(string a) => a is null;", "a is null -> !(a is null)")]
    [InlineData("comparison", "bool F(int a) => a is > 3 and <= 9;", "> 3 -> >= 3", "<= 9 -> < 9", "a is > 3 and <= 9 -> !(a is > 3 and <= 9)")]
    [InlineData("comparison", "int F(int a) => a switch { < 3 => 1, _ => 2 };", "< 3 -> <= 3")]
    [InlineData("condition", "int F(bool a) { if (a) { return 1; } return 2; }", "a -> !a")]
    [InlineData("condition", "int F(bool a) => !a ? 1 : 2;", "!a -> a")]
    [InlineData("condition", "int F(Dictionary<int, int> a) { if (a.TryGetValue(1, out var b)) { return b; } return 2; }",
        "a.TryGetValue(1, out var b) -> !a.TryGetValue(1, out var b)")]
    [InlineData("term", "bool F(bool a, bool b, bool c) => a && b && c;", "a && b && c -> a && b", "a && b -> b", "a && b -> a")]
    [InlineData("term", "bool F(bool a, bool b) => a || b;", "a || b -> b", "a || b -> a")]
    [InlineData("call", "void F(List<int> a) { a.Clear(); }", "a.Clear() -> ")]
    [InlineData("call", "void F(List<int> a) => a.Clear();", "a.Clear() -> ")]
    [InlineData("call", "void F(List<int> a) => a.ForEach(b => a.Add(b));", "a.ForEach(b => a.Add(b)) -> ", "a.Add(b) -> ")]
    [InlineData("call", "void F(List<int> a) { _ = a.Remove(1); }", "_ = a.Remove(1) -> ")]
    [InlineData("call", "async Task F(Func<Task> a) { await a(); a?.Invoke(); }", "await a() -> ", "a?.Invoke() -> ")]
    [InlineData("exit", "int F(bool a) { if (a) { return 1; } return 2; }", "return 1; -> ")]
    [InlineData("exit", "void F(int[] a) { foreach (var b in a) { if (b == 1) continue; a[0]++; if (b == 2) break; } }",
        "continue; -> ", "break; -> ")]
    [InlineData("exit", "int F(bool a) { if (a) { throw new InvalidOperationException(\"no\"); } return 2; }",
        "throw new InvalidOperationException(\"no\"); -> ")]
    [InlineData("assignment", "int F(int a) { a += 2; a--; return a; }", "a += 2 -> ", "a += 2 -> a -= 2", "a-- -> ")]
    [InlineData("assignment", "int F(int[] a, int b) => a[b++];", "b++ -> b")]
    [InlineData("arithmetic", "int F(int a) => a + 2 * a;", "a + 2 * a -> a - 2 * a", "2 * a -> 2 / a")]
    [InlineData("arithmetic", "int F(int a, int b) => a & b;", "a & b -> a | b")]
    [InlineData("number", "long F() => 5;", "=> 5 -> => 4")]
    [InlineData("number", "byte F() { byte a = 6; return a; }", "= 6 -> = 7")]
    [InlineData("true/false", "bool F() => !true;", "!true -> !false")]
    [InlineData("fallback", "string F(string a) => a ?? \"none\";", "a ?? \"none\" -> a", "a ?? \"none\" -> \"none\"")]
    [InlineData("fallback", "int F(int? a) => a ?? 2;", "a ?? 2 -> a", "a ?? 2 -> 2")]
    [InlineData("argument", "int G(int a, int b = 1) => a + b; public static int F(int a) => G(a, 7);", "G(a, 7) -> G(a)")]
    [InlineData("opposite", "int F(int a) => Math.Min(a, 3);", "Math.Min(a, 3) -> Math.Max(a, 3)")]
    [InlineData("opposite", "int F(int[] a) => a.First();", "a.First() -> a.Last()")]
    public void Mistakes_of_a_kind_are_seen_and_compile(string kind, string members, params string[] expected)
    {
        var code = new SampleCode("public static " + members);
        Assert.Equal(expected.Order(StringComparer.Ordinal), code.Of(kind).Order(StringComparer.Ordinal));
        Assert.Empty(code.Compile(code.All).Refused);
    }

    [Theory]
    [InlineData("const int A = 5;")]
    [InlineData("[Obsolete(\"a\", false)] public static void F() { }")]
    [InlineData("public static void F(int a = 3, bool b = true) { }")]
    [InlineData("public enum E { A = 1, B = 2 }")]
    [InlineData("public static object F() => throw new ArgumentException(\"a\" + 3, \"b\");")]
    [InlineData("public sealed class C { public override string ToString() => 3 + 4 > 5 ? \"a\" : \"b\"; }")]
    [InlineData("public static void F(object a) { ArgumentNullException.ThrowIfNull(a); }")]
    [InlineData("public static async Task F(Task a) => await a.ConfigureAwait(false);")]
    [InlineData("public static System.Linq.Expressions.Expression<Func<int, bool>> F() => a => a > 3;")]
    [InlineData("public static List<int> F() => new List<int>(16);")]
    public void Nothing_is_changed_that_nobody_promised(string members) => Assert.Empty(new SampleCode(members).All);

    [Theory]
    [InlineData("int F(bool a) { int b; if (a) { b = 3; } else { b = 4; } return b; }", "assignment", "b = 3 -> ", "b = 4 -> ")]
    [InlineData("void F(out int a) { a = 3; }", "assignment", "a = 3 -> ")]
    public void What_no_compiler_takes_is_found_out_wherever_it_shows(string members, string kind, params string[] refused)
    {
        var code = new SampleCode("public static " + members);
        var said = code.Compile(code.All).Refused.Select(number => code.All[number - 1]).ToArray();
        Assert.Equal(refused, said.Where(mutant => mutant.Kind == kind).Select(mutant => $"{mutant.Original} -> {mutant.Changed}"));
        Assert.All(said, mutant => Assert.Equal(kind, mutant.Kind));
    }

    [Fact]
    public void An_id_does_not_depend_on_what_stands_above()
    {
        var before = new SampleCode("public static bool F(int a) => a < 3;");
        var after = new SampleCode("public static bool G(int a) => a < 3;\n\npublic static bool F(int a) => a < 3;");
        Assert.Subset(after.All.Select(mutant => mutant.Id).ToHashSet(), before.All.Select(mutant => mutant.Id).ToHashSet());
        Assert.Equal(after.All.Count, after.All.Select(mutant => mutant.Id).Distinct().Count());
    }
}
