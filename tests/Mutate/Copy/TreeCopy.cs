namespace Sametime.Tests.Mutate.Copy;

/// <summary>A copy of the tree as somebody sees it: what git knows and what he has changed, without what was built.</summary>
/// <param name="root">The tree.</param>
/// <param name="folder">Where the copy is. One that is there already is brought up to date, so that little of it has to be built again.</param>
internal sealed class TreeCopy(string root, string folder)
{
    public string Folder => folder;

    /// <summary>Makes it, with what is compiled in beside the product.</summary>
    public async Task MakeAsync(CancellationToken stop)
    {
        var listed = await Git.LinesAsync(root, ["ls-files", "--cached", "--others", "--exclude-standard"], stop);
        var files = listed.Where(file => File.Exists(Path.Combine(root, file))).ToHashSet(StringComparer.Ordinal);
        foreach (var file in files)
        {
            Bring(Path.Combine(root, file), Path.Combine(folder, file));
        }

        Bring(Path.Combine(root, "tests", "Mutate", "Inside", "Copy.targets"), Path.Combine(folder, "Directory.Build.targets"));
        files.Add("Directory.Build.targets");
        var gone = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(old => !files.Contains(Path.GetRelativePath(folder, old)) && !IsBuilt(Path.GetRelativePath(folder, old))).ToArray();
        foreach (var old in gone)
        {
            File.Delete(old);
        }

        // What generators made of a file that is gone would stay.
        if (gone.Any(old => old.EndsWith(".cs", StringComparison.Ordinal)))
        {
            foreach (var built in Directory.EnumerateDirectories(folder, "obj", SearchOption.AllDirectories).ToArray())
            {
                Directory.Delete(built, recursive: true);
            }
        }
    }

    /// <summary>Builds the two projects whose tests judge the mistakes, and with them the product.</summary>
    public async Task BuildAsync(CancellationToken stop)
    {
        var both = Path.Combine(folder, "obj", "Judges.proj");
        Directory.CreateDirectory(Path.GetDirectoryName(both)!);
        await File.WriteAllTextAsync(both, """
            <Project DefaultTargets="Build">
              <ItemGroup><Judge Include="../tests/Unit/Unit.csproj;../tests/Contract/Contract.csproj" /></ItemGroup>
              <Target Name="Restore"><MSBuild Projects="@(Judge)" Targets="Restore" Properties="Restoring=true" /></Target>
              <Target Name="Build"><MSBuild Projects="@(Judge)" Targets="Build" BuildInParallel="true" /></Target>
            </Project>
            """, stop);
        string[] words = ["build", both, "-v", "quiet", "-clp:NoSummary;ErrorsOnly", "-p:UseSharedCompilation=false", $"-m:{Environment.ProcessorCount}"];
        var (code, output) = await Command.RunAsync("dotnet", words, folder, stop);
        if (code != 0)
        {
            throw new MutateException($"the tree does not build:\n{output}");
        }
    }

    private static bool IsBuilt(string name) => name.Split('/').Any(part => part is "bin" or "obj");

    private static void Bring(string from, string to)
    {
        if (File.Exists(to) && File.ReadAllBytes(from).AsSpan().SequenceEqual(File.ReadAllBytes(to)))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to, overwrite: true);
        File.SetLastWriteTimeUtc(to, TimeProvider.System.GetUtcNow().UtcDateTime);
    }
}
