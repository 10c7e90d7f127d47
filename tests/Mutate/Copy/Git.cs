namespace Sametime.Tests.Mutate.Copy;

/// <summary>What git knows of the tree.</summary>
internal static class Git
{
    public static async Task<string[]> LinesAsync(string root, IEnumerable<string> words, CancellationToken stop)
    {
        // Names as they are, also those that are not plain ASCII.
        var (code, output) = await Command.RunAsync("git", ["-c", "core.quotePath=false", .. words], root, stop);
        return code == 0
            ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : throw new MutateException($"git {string.Join(' ', words)}: {output.Trim()}");
    }
}
