using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Sametime.Tests.Mutate.Copy;

namespace Sametime.Tests.Mutate.Switch;

/// <summary>A project with its mistakes compiled in, without those that the compiler would have told their author of.</summary>
/// <param name="compilation">The project without mistakes.</param>
/// <param name="trees">Its files by their names in the tree.</param>
internal sealed class ProductWithMistakes(CSharpCompilation compilation, IReadOnlyDictionary<string, SyntaxTree> trees)
{
    /// <summary>Those that are no mistakes, because no compiler takes them.</summary>
    public IReadOnlyCollection<int> Refused => _refused;

    private readonly HashSet<int> _refused = [];

    /// <summary>Compiles until nothing is refused any more.</summary>
    /// <param name="mistakes">The mistakes by their numbers.</param>
    /// <param name="emit">Compiles, and tells what is wrong.</param>
    public void Compile(IReadOnlyDictionary<int, Mutant> mistakes, Func<CSharpCompilation, IReadOnlyList<Diagnostic>> emit)
    {
        while (true)
        {
            var renderings = mistakes.Where(mistake => !_refused.Contains(mistake.Key) && mistake.Value.How is not null)
                .GroupBy(mistake => mistake.Value.File, mistake => (mistake.Key, mistake.Value.How!))
                .ToDictionary(file => file.Key, file => Rendering.Of(trees[file.Key].ToString(), file));
            var changed = renderings.Aggregate(
                compilation, (all, file) => all.ReplaceSyntaxTree(trees[file.Key], Parsed(trees[file.Key], file.Value.Text)));
            var errors = emit(changed);
            if (errors.Count == 0)
            {
                return;
            }

            var byTree = renderings.ToDictionary(file => trees[file.Key].FilePath, file => file.Value);
            var before = _refused.Count;
            foreach (var error in errors)
            {
                if (error.Location.SourceTree is { } tree && byTree.TryGetValue(tree.FilePath, out var rendering))
                {
                    Refuse(error, tree, rendering, mistakes);
                }
            }

            if (_refused.Count == before)
            {
                throw new MutateException(
                    $"the product does not compile with mistakes in it, and none of them is the reason:\n{string.Join('\n', errors.Take(5))}");
            }
        }
    }

    /// <summary>The project with the text of one file changed, and nothing else.</summary>
    public CSharpCompilation With(string file, TextChange change) =>
        compilation.ReplaceSyntaxTree(trees[file], Parsed(trees[file], trees[file].GetText().WithChanges(change).ToString()));

    private static SyntaxTree Parsed(SyntaxTree original, string text) =>
        CSharpSyntaxTree.ParseText(SourceText.From(text, System.Text.Encoding.UTF8), (CSharpParseOptions)original.Options, original.FilePath);

    private void Refuse(Diagnostic error, SyntaxTree tree, Rendering rendering, IReadOnlyDictionary<int, Mutant> mistakes)
    {
        if (rendering.At(error.Location.SourceSpan) is { } guilty)
        {
            _refused.Add(guilty);
            return;
        }

        // It shows somewhere else, such as where a variable is used that would have no value: each mistake of the member is tried alone.
        var member = tree.GetRoot().FindNode(error.Location.SourceSpan).FirstAncestorOrSelf<MemberDeclarationSyntax>();
        var suspects = rendering.Spans.Where(mistake => member is null || member.Span.Contains(mistake.Span)).Select(mistake => mistake.Number)
            .Where(number => !_refused.Contains(number)).ToArray();
        var guilties = suspects.Where(number => !CompilesAlone(number, mistakes[number])).ToArray();
        _refused.UnionWith(guilties.Length > 0 ? guilties : suspects);
    }

    private bool CompilesAlone(int number, Mutant mistake)
    {
        var original = trees[mistake.File];
        var rendering = Rendering.Of(original.ToString(), [(number, mistake.How!)]);
        var tree = Parsed(original, rendering.Text);
        var model = compilation.ReplaceSyntaxTree(original, tree).GetSemanticModel(tree);
        var member = tree.GetRoot().FindNode(rendering.Spans[0].Span).FirstAncestorOrSelf<MemberDeclarationSyntax>();
        return !model.GetDiagnostics(member?.Span).Any(found => found.Severity == DiagnosticSeverity.Error);
    }
}
