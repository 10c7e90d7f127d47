using System.Globalization;
using Microsoft.CodeAnalysis;
using Sametime.Tests.Mutate.Copy;
using Sametime.Tests.Mutate.Operators;

namespace Sametime.Tests.Mutate.Switch;

/// <summary>The product in the copy: where mistakes can be made, and what it is compiled to with them.</summary>
internal sealed class Product
{
    private readonly string _copy;
    private readonly IReadOnlyList<ProductProject> _projects;
    private readonly Dictionary<string, SyntaxTree> _trees = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProductProject> _projectOf = new(StringComparer.Ordinal);

    public Product(string copy)
    {
        _copy = copy;
        _projects = ProductProject.AllOf(copy);
        foreach (var project in _projects)
        {
            foreach (var (file, tree) in project.Files(copy))
            {
                _trees.Add(file, tree);
                _projectOf.Add(file, project);
            }
        }
    }

    /// <summary>The names of its files.</summary>
    public IEnumerable<string> Files => _trees.Keys.Order(StringComparer.Ordinal);

    public bool Has(string file) => _trees.ContainsKey(file);

    public SyntaxTree Tree(string file) => _trees[file];

    /// <summary>All mistakes that could be made in these files and lines.</summary>
    public IEnumerable<Mutant> Mistakes(IEnumerable<string> files, Func<string, int, bool> isWanted) =>
        files.SelectMany(file => Finding.In(file, _projectOf[file].Compilation.GetSemanticModel(_trees[file]), line => isWanted(file, line)));

    /// <summary>Compiles the product with these mistakes, and puts it in the place of the one that tests run with.</summary>
    /// <returns>The numbers of those that do not compile, and are not in it.</returns>
    public IReadOnlyCollection<int> Compile(IReadOnlyDictionary<int, Mutant> mistakes)
    {
        var refused = new List<int>();
        foreach (var part in mistakes.GroupBy(mistake => _projectOf[mistake.Value.File]))
        {
            var project = part.Key;
            var product = new ProductWithMistakes(project.Compilation, _trees);
            var compiled = Path.Combine(_copy, "obj", project.Assembly);
            product.Compile(part.ToDictionary(), changed => project.Emit(changed, compiled));
            refused.AddRange(product.Refused);
            foreach (var program in TestProgramFolders.Of(_copy))
            {
                Place(compiled, Path.Combine(program, project.Assembly));
            }
        }

        return refused;
    }

    /// <summary>Compiles the product with one mistake that no switch can choose, beside the other. False when no compiler takes it.</summary>
    public bool CompileAlone(int number, Mutant mistake)
    {
        var (project, file) = (_projectOf[mistake.File], AloneOf(number, mistake));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return project.Emit(new ProductWithMistakes(project.Compilation, _trees).With(mistake.File, mistake.Change!.Value), file).Count == 0;
    }

    /// <summary>The file that it was compiled to.</summary>
    public string AloneOf(int number, Mutant mistake) =>
        Path.Combine(_copy, "obj", "alone", number.ToString(CultureInfo.InvariantCulture), _projectOf[mistake.File].Assembly);

    private static void Place(string compiled, string at)
    {
        if (File.Exists(at))
        {
            File.Delete(at);
            File.Copy(compiled, at);
        }
    }
}
