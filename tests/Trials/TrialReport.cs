namespace Sametime.Tests.Trials;

/// <summary>What was measured, for who reads a test's output; and as rows of a table in a file, for who wants to publish it.</summary>
internal static class TrialReport
{
    private const string FileVariable = "SAMETIME_TEST_REPORT";

    public static void Add(ITestOutputHelper output, string trial, string figures)
    {
        output.WriteLine($"{trial}: {figures}");
        if (Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } file)
            File.AppendAllText(file, $"| {trial} | {figures} |{Environment.NewLine}");
    }
}
