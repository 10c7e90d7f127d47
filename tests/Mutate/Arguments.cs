using System.Globalization;

namespace Sametime.Tests.Mutate;

/// <summary>What somebody asks for.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        tests/mutate [PATH... | --since COMMIT] [OPTIONS]

        Puts small mistakes into the product, one at a time, and tells which of them a test finds.

          PATH                 files or folders of the product; all of it where none is named
          --since COMMIT       only lines that are not as they were in that commit
          --sample N           N of them, spread over all folders
          --seed S             which N; 1 where it is not said
          --only ID[,ID]       only these
          --mistakes FILE      instead of all that, the mistakes in a file, a line each: file:line | text | other text
          --list               tells which mistakes these are, and judges none
          --not-reached        tells which of them no test comes by, and judges none
          --with-services      runs also the tests that need a broker, a database or a directory
          --without CLASS[,CLASS]  leaves test classes out, by their full names, that are known to fail here by themselves
          --despite-failures   goes on when tests fail without a mistake: their classes judge nothing then
          --report FILE        writes the table into a file as well
          --jobs N             how many at a time; as many as there are processors where it is not said
          --patience S         how many seconds a test may take beyond ten times its time; 10 where it is not said
          --dir DIR            keeps the copy of the tree that all this happens in, and uses it again the next time
        """;

    public IReadOnlyList<string> Paths { get; private init; } = [];

    public string? Since { get; private init; }

    public int? Sample { get; private init; }

    public int Seed { get; private init; } = 1;

    public IReadOnlyList<string> Only { get; private init; } = [];

    public string? Mistakes { get; private init; }

    public bool IsListOnly { get; private init; }

    public bool IsReachOnly { get; private init; }

    public bool WithServices { get; private init; }

    public IReadOnlyList<string> Without { get; private init; } = [];

    public bool GoesOn { get; private init; }

    public string? Report { get; private init; }

    public int Jobs { get; private init; } = Environment.ProcessorCount;

    public TimeSpan Patience { get; private init; } = TimeSpan.FromSeconds(10);

    public string? Folder { get; private init; }

    public static Arguments Parse(IEnumerable<string> words)
    {
        var arguments = new Arguments();
        using var word = words.GetEnumerator();
        while (word.MoveNext())
        {
            arguments = word.Current switch
            {
                "--since" => arguments with { Since = Next() },
                "--sample" => arguments with { Sample = Number() },
                "--seed" => arguments with { Seed = Number() },
                "--only" => arguments with { Only = Next().Split(',', StringSplitOptions.RemoveEmptyEntries) },
                "--mistakes" => arguments with { Mistakes = Next() },
                "--list" => arguments with { IsListOnly = true },
                "--not-reached" => arguments with { IsReachOnly = true },
                "--with-services" => arguments with { WithServices = true },
                "--without" => arguments with { Without = Next().Split(',', StringSplitOptions.RemoveEmptyEntries) },
                "--despite-failures" => arguments with { GoesOn = true },
                "--report" => arguments with { Report = Next() },
                "--jobs" => arguments with { Jobs = Math.Max(1, Number()) },
                "--patience" => arguments with { Patience = TimeSpan.FromSeconds(Number()) },
                "--dir" => arguments with { Folder = Next() },
                ['-', ..] unknown => throw new MutateException($"{unknown} is nothing that is known here\n\n{Usage}"),
                var path => arguments with { Paths = [.. arguments.Paths, path.TrimEnd('/')] },
            };
        }

        return arguments;

        string Next() =>
            word.Current is var option && word.MoveNext() ? word.Current : throw new MutateException($"{option} wants something behind it");

        int Number() => word.Current is var option && int.TryParse(Next(), CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new MutateException($"{option} wants a number");
    }
}
