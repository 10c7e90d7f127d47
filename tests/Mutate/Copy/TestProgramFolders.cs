namespace Sametime.Tests.Mutate.Copy;

/// <summary>Where the two test programs of a copy are, each with the whole product beside it.</summary>
internal static class TestProgramFolders
{
    public static IReadOnlyList<string> Names { get; } = ["Unit", "Contract"];

    public static IEnumerable<string> Of(string copy) => Names.Select(name => Of(copy, name));

    public static string Of(string copy, string name) => Path.Combine(copy, "tests", name, "bin", "Debug", "net10.0");
}
