using System.Globalization;
using System.Text;
using Sametime.Tests.Mutate.Run;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate.Report;

/// <summary>What became of the mistakes, as a table in Markdown.</summary>
internal static class Table
{
    private const int TextMax = 110;

    /// <summary>All of it; the last line says how many were found.</summary>
    /// <param name="verdicts">What became of them.</param>
    /// <param name="leftOut">Tests whose classes did not judge.</param>
    public static string Of(IReadOnlyCollection<Verdict> verdicts, IReadOnlyCollection<string> leftOut)
    {
        var text = new StringBuilder();
        if (leftOut.Count > 0)
        {
            text.AppendLine("Left out with their classes, as was asked or since they failed without a mistake:").AppendLine();
            foreach (var test in leftOut)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"- {Code(Short(test))}");
            }

            text.AppendLine();
        }

        var survivors = verdicts.Where(verdict => !verdict.IsFound).OrderBy(verdict => verdict.Mutant.Place, StringComparer.Ordinal).ToArray();
        if (survivors.Length > 0)
        {
            text.AppendLine("Survivors:").AppendLine();
            text.AppendLine("| id | place | kind | what it does | classes that come by |").AppendLine("| --- | --- | --- | --- | --- |");
            foreach (var verdict in survivors)
            {
                Row(text, verdict.Mutant, verdict.Fate == Fate.NotReached ? "none" : verdict.Classes.ToString(CultureInfo.InvariantCulture));
            }

            text.AppendLine();
        }

        var found = verdicts.Where(verdict => verdict.IsFound).OrderBy(verdict => verdict.Mutant.Place, StringComparer.Ordinal).ToArray();
        if (found.Length > 0)
        {
            text.AppendLine("Found:").AppendLine();
            text.AppendLine("| id | place | kind | what it does | by |").AppendLine("| --- | --- | --- | --- | --- |");
            foreach (var verdict in found)
            {
                var how = verdict.Fate switch { Fate.FoundByCrash => "the process ended in ", Fate.FoundByTime => "no end of ", _ => "" };
                Row(text, verdict.Mutant, how + (verdict.Test.Length > 0 ? Code(Short(verdict.Test)) : "what comes before the first test"));
            }

            text.AppendLine();
        }

        return text.Append(Summary(verdicts)).ToString();
    }

    /// <summary>The mistakes, before they are judged.</summary>
    public static string Of(IEnumerable<Mutant> mistakes)
    {
        var text = new StringBuilder().AppendLine("| id | place | kind | what it does |").AppendLine("| --- | --- | --- | --- |");
        foreach (var mistake in mistakes)
        {
            Row(text, mistake, null);
        }

        return text.ToString().TrimEnd();
    }

    public static string Summary(IReadOnlyCollection<Verdict> verdicts)
    {
        var found = verdicts.Count(verdict => verdict.IsFound);
        var percent = verdicts.Count == 0 ? 100 : 100.0 * found / verdicts.Count;
        var how = $"{Count(Fate.FoundByTime)} of them by time, {Count(Fate.FoundByCrash)} by a crash";
        var rest = $"{Count(Fate.Survived)} survived, and {Count(Fate.NotReached)} no test comes by";
        return string.Create(CultureInfo.InvariantCulture, $"{found} of {verdicts.Count} mistakes found ({percent:F1} %; {how}); {rest}");

        int Count(Fate fate) => verdicts.Count(verdict => verdict.Fate == fate);
    }

    public static string What(Mutant mistake) =>
        mistake.Changed.Length == 0 ? $"without {Code(mistake.Original)}" : $"{Code(mistake.Original)} → {Code(mistake.Changed)}";

    private static void Row(StringBuilder text, Mutant mistake, string? last)
    {
        text.Append(CultureInfo.InvariantCulture, $"| {mistake.Id} | {mistake.Place} | {mistake.Kind} | {What(mistake)} |");
        text.AppendLine(last is null ? "" : $" {last} |");
    }

    // A bar would end the cell, also within code.
    private static string Code(string code) =>
        $"`{(code.Length > TextMax ? code[..TextMax] + "…" : code).Replace("|", "\\|", StringComparison.Ordinal).Replace('`', '\'')}`";

    private static string Short(string test) =>
        test.StartsWith("Sametime.Tests.", StringComparison.Ordinal) ? test["Sametime.Tests.".Length..] : test;
}
