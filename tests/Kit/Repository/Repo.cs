using System.Runtime.CompilerServices;

namespace Sametime.Tests.Kit.Repository;

/// <summary>The source tree that the tests were built from.</summary>
public static class Repo
{
    /// <summary>Folder of the solution file.</summary>
    public static string Root { get; } = Find();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Paths relative to the root, with '/', of all files below <paramref name="folder"/> that somebody wrote.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal);

    /// <summary>A file of a program in tests/Samples, built in the configuration of the tests that run.</summary>
    public static string BuiltSample(string program, string file)
    {
        var mine = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)); // bin/<configuration>/<framework>
        return PathOf("tests", "Samples", program, "bin", mine.Parent!.Name, mine.Name, file);
    }

    private static string Find([CallerFilePath] string thisFile = "")
    {
        for (var folder = new FileInfo(thisFile).Directory; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sametime.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("the tests run without the source tree they were built from");
    }
}
