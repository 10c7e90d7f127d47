using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate.Operators;

/// <summary>Finds all mistakes that could be made in a file.</summary>
internal static class Finding
{
    /// <param name="file">The file as reports call it.</param>
    /// <param name="model">Its syntax and what it means.</param>
    /// <param name="isWanted">Which lines, counted from 1.</param>
    public static IEnumerable<Mutant> In(string file, SemanticModel model, Func<int, bool> isWanted)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var node in model.SyntaxTree.GetRoot().DescendantNodes(node => !Exempt.Inside(node, model)))
        {
            foreach (var kind in Operator.All)
            {
                foreach (var change in kind.In(node, model))
                {
                    // Numbered before lines are chosen: an id does not depend on what else is wanted.
                    var (original, changed) = (OneLine(change.Original), OneLine(change.Changed));
                    var what = string.Join('\n', file, MemberOf(change.At), kind.Name, original, changed);
                    seen[what] = seen.GetValueOrDefault(what) + 1;
                    var line = change.At.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                    if (isWanted(line))
                    {
                        yield return new Mutant
                        {
                            Id = IdOf(what, seen[what]),
                            File = file,
                            Line = line,
                            Kind = kind.Name,
                            Original = original,
                            Changed = changed,
                            How = change.How,
                        };
                    }
                }
            }
        }
    }

    /// <summary>Code as one line of text.</summary>
    public static string OneLine(string code) => string.Join(' ', code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string IdOf(string what, int times) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what + "\n" + times.ToString(CultureInfo.InvariantCulture))).AsSpan(0, 4));

    private static string MemberOf(SyntaxNode node) => node.FirstAncestorOrSelf<MemberDeclarationSyntax>() switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        var member => member?.GetType().Name ?? "",
    };
}
