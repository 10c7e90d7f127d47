using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Sametime.Tests.Mutate.Operators;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate.Choosing;

/// <summary>
/// Mistakes that somebody wrote down, one a line: <c>file:line | text | other text</c>, or <c>file:line | text ==> other text</c> where one of the
/// texts has a ` | ` itself. The text stands once in that line; <c>*</c> is the whole statement that begins there.
/// </summary>
internal static class WrittenMistakes
{
    private const string Whole = "*";

    public static IReadOnlyList<Mutant> Read(IEnumerable<string> lines, Func<string, SyntaxTree?> tree)
    {
        var read = new List<Mutant>();
        foreach (var line in lines.Where(line => line.Trim() is { Length: > 0 } text && text[0] != '#'))
        {
            var (file, number, text, changed) = Parsed(line);
            var original = tree(file) ?? throw new MutateException($"{line}\n{file} is no file of the product");
            read.Add(Of(original, file, number, text, changed, line) with { Id = string.Create(CultureInfo.InvariantCulture, $"m{read.Count + 1}") });
        }

        return read;
    }

    /// <summary>The same mistake, built alone: behind the switch it does not compile.</summary>
    public static Mutant Alone(Mutant written, SyntaxTree tree) => written with { How = Probe(tree, written.Change!.Value.Span), IsAlone = true };

    private static (string File, int Line, string Text, string Changed) Parsed(string line)
    {
        var parts = line.Split('|', 2);
        var place = parts[0].Trim().Split(':');
        if (parts.Length == 2 && place.Length == 2 && int.TryParse(place[1], CultureInfo.InvariantCulture, out var number))
        {
            var texts = parts[1].Contains(" ==>", StringComparison.Ordinal) ? parts[1].Split(" ==>", 2) : parts[1].Split(" |");
            if (texts.Length == 2 && texts[0].Trim().Length > 0)
            {
                return (place[0], number, texts[0].Trim(), texts[1].Trim());
            }
        }

        throw new MutateException($"{line}\nis not `file:line | text | other text`; where a text has a | itself, `file:line | text ==> other text`");
    }

    private static Mutant Of(SyntaxTree tree, string file, int number, string text, string changed, string line)
    {
        var source = tree.GetText();
        if (number < 1 || number > source.Lines.Count)
        {
            throw new MutateException($"{line}\n{file} has {source.Lines.Count} lines");
        }

        var place = text == Whole ? StatementAt(tree, source.Lines[number - 1], line).Span : PlaceOf(source, number, text, line);
        var change = new TextChange(place, changed);
        var other = tree.WithChangedText(source.WithChanges(change));
        if (other.GetDiagnostics().FirstOrDefault(found => found.Severity == DiagnosticSeverity.Error) is { } wrong)
        {
            throw new MutateException($"{line}\nis no C# with that: {wrong.GetMessage(CultureInfo.InvariantCulture)}");
        }

        var how = BehindTheSwitch(tree, other, change);
        return new Mutant
        {
            Id = "",
            File = file,
            Line = number,
            Kind = "written",
            Original = Finding.OneLine(source.ToString(change.Span)),
            Changed = Finding.OneLine(changed),
            How = how ?? Probe(tree, change.Span),
            Change = change,
            IsAlone = how is null,
        };
    }

    private static TextSpan PlaceOf(SourceText source, int number, string text, string line)
    {
        var (start, whole) = (source.Lines[number - 1].Start, source.Lines[number - 1].ToString());
        var at = whole.IndexOf(text, StringComparison.Ordinal);
        if (at < 0 || whole.IndexOf(text, at + 1, StringComparison.Ordinal) >= 0)
        {
            throw new MutateException($"{line}\nthat text stands {(at < 0 ? "not" : "more than once")} in the line, which is\n{whole}");
        }

        return new TextSpan(start + at, text.Length);
    }

    private static StatementSyntax StatementAt(SyntaxTree tree, TextLine place, string line) =>
        tree.GetRoot().DescendantNodes(place.Span).OfType<StatementSyntax>()
            .FirstOrDefault(statement => statement is not BlockSyntax && place.Span.Contains(statement.SpanStart))
            ?? throw new MutateException($"{line}\nno statement begins in the line");

    // The smallest expression or statement that holds the change and is one again with it.
    private static Wrapping? BehindTheSwitch(SyntaxTree tree, SyntaxTree other, TextChange change)
    {
        var grown = change.NewText!.Length - change.Span.Length;
        var around = tree.GetRoot().FindNode(Narrowed(tree.GetText().ToString(change.Span), change), getInnermostNodeForTie: true).AncestorsAndSelf()
            .TakeWhile(node => node is not MemberDeclarationSyntax).ToArray();
        if (around.Any(node =>
            node is AttributeListSyntax or CaseSwitchLabelSyntax or ParameterSyntax or LocalDeclarationStatementSyntax { IsConst: true }))
        {
            return null;
        }

        // A pattern is fixed when it is compiled: what is chosen is what it stands in.
        foreach (var node in around.Skip(Array.FindLastIndex(around, node => node is PatternSyntax) + 1))
        {
            if (node is StatementSyntax whole && whole.Span == change.Span && change.NewText.Length == 0)
            {
                return Change.Declares(whole) ? null : Wrapping.LeftOut(whole);
            }

            if (Same(node, other, grown) is { } how)
            {
                return how;
            }
        }

        return null;
    }

    // What really changes, without what both texts begin and end with.
    private static TextSpan Narrowed(string before, TextChange change)
    {
        var (after, begin, end) = (change.NewText!, 0, 0);
        var shared = Math.Min(before.Length, after.Length);
        for (; begin < shared && before[begin] == after[begin]; begin++)
        {
        }

        for (; end < shared - begin && before[^(end + 1)] == after[^(end + 1)]; end++)
        {
        }

        return TextSpan.FromBounds(change.Span.Start + begin, change.Span.End - end);
    }

    private static Wrapping? Same(SyntaxNode node, SyntaxTree other, int grown)
    {
        var length = node.Span.Length + grown;
        if (length <= 0 || node.SpanStart + length > other.Length)
        {
            return null;
        }

        var span = new TextSpan(node.SpanStart, length);
        var changed = other.GetRoot().FindNode(span, getInnermostNodeForTie: true).AncestorsAndSelf().TakeWhile(found => found.Span == span);
        return node switch
        {
            ExpressionSyntax expression when changed.OfType<ExpressionSyntax>().FirstOrDefault() is { } now && !Change.Declares(now) =>
                Change.Instead(expression, now.ToString()).FirstOrDefault()?.How,
            StatementSyntax statement and not (BlockSyntax or LocalDeclarationStatementSyntax or LocalFunctionStatementSyntax)
                when changed.OfType<StatementSyntax>().FirstOrDefault() is { } now && !Change.Declares(now) && !Change.Declares(statement) =>
                Wrapping.Instead(statement, now.ToString()),
            _ => null,
        };
    }

    // Says that a test comes by: asked at the begin of the method that the mistake is in.
    private static Wrapping? Probe(SyntaxTree tree, TextSpan place) =>
        tree.GetRoot().FindNode(place).AncestorsAndSelf().TakeWhile(node => node is not TypeDeclarationSyntax).OfType<BlockSyntax>().LastOrDefault()
            is { } block
            ? new Wrapping(block.OpenBraceToken.Span, "", $" {Wrapping.Asked};")
            : null;
}
