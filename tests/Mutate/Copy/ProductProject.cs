using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Sametime.Tests.Mutate.Copy;

/// <summary>A project of the product in the copy, as the compiler was told to compile it.</summary>
internal sealed class ProductProject
{
    private static readonly string[] Folders = ["Contracts", "Contracts/Broker", "Edge", "Hub", "Services", "Federation", "compose"];

    private static readonly Dictionary<string, MetadataReference> References = [];

    private readonly CSharpCommandLineArguments _arguments;

    private ProductProject(string folder, CSharpCommandLineArguments arguments, CSharpCompilation compilation)
    {
        (Folder, _arguments, Compilation) = (folder, arguments, compilation);
    }

    /// <summary>Its folder in the tree.</summary>
    public string Folder { get; }

    /// <summary>The file that it is compiled to.</summary>
    public string Assembly => Path.GetFileName(_arguments.OutputFileName!);

    /// <summary>What it is compiled from, without mistakes.</summary>
    public CSharpCompilation Compilation { get; }

    public CSharpParseOptions ParseOptions => _arguments.ParseOptions;

    /// <summary>All of them, after a build of the copy.</summary>
    public static IReadOnlyList<ProductProject> AllOf(string copy) => [.. Folders.Select(folder => Of(copy, folder)).OfType<ProductProject>()];

    /// <summary>Its source files that somebody wrote, by their names from the root of the tree.</summary>
    public IEnumerable<(string File, SyntaxTree Tree)> Files(string copy) =>
        Compilation.SyntaxTrees
            .Select(tree => (File: Path.GetRelativePath(copy, tree.FilePath).Replace('\\', '/'), Tree: tree))
            .Where(file => !file.File.StartsWith("..", StringComparison.Ordinal) && !file.File.StartsWith("tests/", StringComparison.Ordinal)
                && !file.File.Split('/').Contains("obj"));

    /// <summary>Compiles it into a file. The errors, if there are any; then there is no file.</summary>
    public IReadOnlyList<Diagnostic> Emit(CSharpCompilation changed, string file)
    {
        using var assembly = new MemoryStream();
        var result = changed.Emit(assembly, manifestResources: _arguments.ManifestResources);
        if (result.Success)
        {
            // Not written over: others may be linked to the same file.
            File.Delete(file);
            File.WriteAllBytes(file, assembly.ToArray());
        }

        return [.. result.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error)];
    }

    private static ProductProject? Of(string copy, string folder)
    {
        var path = Path.Combine(copy, folder);
        var file = Path.Combine(path, "obj", "Debug", "net10.0", "compiler.args");
        if (!File.Exists(file))
        {
            return null;
        }

        var arguments = CSharpCommandLineParser.Default.Parse(File.ReadLines(file), path, sdkDirectory: null);

        // What the generators made is compiled as it is: no mistake of ours changes what they would make.
        var generated = Path.Combine(path, "obj", "Debug", "net10.0", "generated");
        var sources = arguments.SourceFiles.Select(source => source.Path)
            .Concat(Directory.Exists(generated) ? Directory.EnumerateFiles(generated, "*.cs", SearchOption.AllDirectories) : []);
        var trees = sources.Select(source =>
            CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(source), System.Text.Encoding.UTF8), arguments.ParseOptions, source));
        var references = arguments.MetadataReferences.Select(reference => Reference(reference.Reference));
        var options = arguments.CompilationOptions.WithGeneralDiagnosticOption(ReportDiagnostic.Default).WithSpecificDiagnosticOptions([]);
        return new(folder, arguments, CSharpCompilation.Create(Path.GetFileNameWithoutExtension(arguments.OutputFileName), trees, references, options));
    }

    private static MetadataReference Reference(string file) =>
        References.TryGetValue(file, out var reference) ? reference : References[file] = MetadataReference.CreateFromFile(file);
}
