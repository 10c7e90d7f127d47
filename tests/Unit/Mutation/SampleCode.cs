using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Sametime.Tests.Kit.Repository;
using Sametime.Tests.Mutate.Operators;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Unit.Mutation;

/// <summary>A few lines of C# as if they were the product, with the mistakes that can be made in them.</summary>
internal sealed class SampleCode
{
    public const string File = "Sample/Code.cs";

    private static readonly Lock Loading = new();

    private static readonly MetadataReference[] Platform =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => Path.GetFileName(file).StartsWith("System.", StringComparison.Ordinal))
            .Select(file => MetadataReference.CreateFromFile(file))];

    private readonly CSharpCompilation _compilation;
    private readonly SyntaxTree _tree;

    /// <param name="members">What stands in the class <c>Code</c>.</param>
    public SampleCode(string members)
    {
        const string Usings = "using System; using System.Collections.Generic; using System.IO; using System.Linq; using System.Threading.Tasks;";
        var text = $"{Usings} public static class Code {{ {members} }}";
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        _tree = CSharpSyntaxTree.ParseText(text, options, File);
        var inside = System.IO.File.ReadAllText(Repo.PathOf("tests", "Mutate", "Inside", "Mistake.cs"));
        var theSwitch = CSharpSyntaxTree.ParseText(Usings + inside, options, "Mistake.cs");
        var library = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary);
        _compilation = CSharpCompilation.Create("sample", [_tree, theSwitch], Platform, library);
        All = [.. Finding.In(File, _compilation.GetSemanticModel(_tree), _ => true)];
    }

    public SyntaxTree Tree => _tree;

    /// <summary>All mistakes that are seen in it.</summary>
    public IReadOnlyList<Mutant> All { get; }

    /// <summary>What they do, those of one kind.</summary>
    public string[] Of(string kind) => [.. All.Where(mutant => mutant.Kind == kind).Select(mutant => $"{mutant.Original} -> {mutant.Changed}")];

    /// <summary>Compiles it with mistakes, numbered from 1 as they come; those that no compiler takes are told.</summary>
    public (byte[] Assembly, IReadOnlyCollection<int> Refused) Compile(IReadOnlyList<Mutant> mistakes)
    {
        var product = new ProductWithMistakes(_compilation, new Dictionary<string, SyntaxTree> { [File] = _tree });
        byte[] assembly = [];
        product.Compile(mistakes.Index().ToDictionary(mistake => mistake.Index + 1, mistake => mistake.Item), changed =>
        {
            using var stream = new MemoryStream();
            var result = changed.Emit(stream);
            assembly = stream.ToArray();
            return [.. result.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error)];
        });
        return (assembly, product.Refused);
    }

    /// <summary>Calls a method as a process does that makes one mistake, or none.</summary>
    public static object? Call(byte[] assembly, int mistake, string method, params object?[] arguments)
    {
        var context = new AssemblyLoadContext(null, isCollectible: true);
        var loaded = context.LoadFromStream(new MemoryStream(assembly));
        lock (Loading)
        {
            Environment.SetEnvironmentVariable("MISTAKE_MADE", mistake.ToString(CultureInfo.InvariantCulture));
            RuntimeHelpers.RunClassConstructor(loaded.GetType("Sametime.Mutation.Mistake", throwOnError: true)!.TypeHandle);
            Environment.SetEnvironmentVariable("MISTAKE_MADE", null);
        }

        return loaded.GetType("Code")!.GetMethod(method, BindingFlags.Static | BindingFlags.Public)!.Invoke(null, arguments);
    }
}
