using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Sametime.Tests.Mutate.Switch;

/// <summary>A source file with mistakes written into it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Spans">Where each of them stands in it, by number.</param>
internal sealed record Rendering(string Text, IReadOnlyList<(int Number, TextSpan Span)> Spans)
{
    private const string Question = "global::Sametime.Mutation.Mistake.Is(";

    /// <summary>Writes the mistakes, each with the number by which the switch knows it.</summary>
    public static Rendering Of(string original, IEnumerable<(int Number, Wrapping How)> mistakes)
    {
        var all = mistakes.ToArray();

        // Of those that begin at one place the longest is the outermost, so it begins first and ends last; equal ones lie in each other as they come.
        var begins = all.Select((mistake, order) => (mistake.Number, mistake.How, Order: order))
            .OrderBy(begin => begin.How.Span.Start).ThenByDescending(begin => begin.How.Span.Length).ThenBy(begin => begin.Order).ToArray();
        var ends = begins.Select((begin, depth) => (begin.Number, begin.How, Depth: depth))
            .OrderBy(end => end.How.Span.End).ThenByDescending(end => end.Depth).ToArray();
        var removed = all.Select(mistake => mistake.How.Removed).Where(span => !span.IsEmpty).Distinct().OrderBy(span => span.Start).ToArray();

        var text = new StringBuilder(original.Length * 2);
        var starts = new Dictionary<int, int>();
        var spans = new List<(int, TextSpan)>();
        var (at, begun, ended, gone) = (0, 0, 0, 0);
        while (true)
        {
            // What ends here, then what begins here.
            for (; ended < ends.Length && ends[ended].How.Span.End == at; ended++)
            {
                text.Append(Numbered(ends[ended].How.After, ends[ended].Number));
                spans.Add((ends[ended].Number, TextSpan.FromBounds(starts[ends[ended].Number], text.Length)));
            }

            for (; begun < begins.Length && begins[begun].How.Span.Start == at; begun++)
            {
                starts[begins[begun].Number] = text.Length;
                text.Append(Numbered(begins[begun].How.Before, begins[begun].Number));
            }

            if (gone < removed.Length && removed[gone].Start == at)
            {
                at = removed[gone++].End;
                continue;
            }

            var next = Math.Min(
                Math.Min(
                    ended < ends.Length ? ends[ended].How.Span.End : original.Length,
                    begun < begins.Length ? begins[begun].How.Span.Start : original.Length),
                gone < removed.Length ? removed[gone].Start : original.Length);
            text.Append(original, at, next - at);
            if (next == at)
            {
                break;
            }

            at = next;
        }

        return new(text.ToString(), spans);
    }

    /// <summary>The innermost mistake that this place of the text is part of.</summary>
    public int? At(TextSpan place) => Spans.Where(entry => entry.Span.Contains(place))
        .OrderBy(entry => entry.Span.Length).Select(entry => (int?)entry.Number).FirstOrDefault();

    private static string Numbered(string text, int number) =>
        text.Replace(Wrapping.Asked, Question + number.ToString(CultureInfo.InvariantCulture) + ")", StringComparison.Ordinal);
}
