namespace Sametime.Services.Replay;

/// <summary>Which numbers of one stream were read: runs of them, in order. A stream without gaps is one run, however long.</summary>
internal sealed class StreamNumbers
{
    private readonly List<NumberRange> _runs = [];

    public long First => _runs[0].First;

    public long Duplicates { get; private set; }

    public void Add(long number)
    {
        // Nearly always the next one of the last run.
        if (_runs.Count > 0 && number == _runs[^1].Last + 1)
        {
            _runs[^1] = _runs[^1] with { Last = number };
            return;
        }

        var at = _runs.FindLastIndex(run => run.First <= number);
        if (at >= 0 && number <= _runs[at].Last)
        {
            Duplicates++;
            return;
        }

        _runs.Insert(at + 1, new NumberRange(number, number));
        Join(at + 1);
        Join(at);
    }

    /// <summary>The runs of numbers that are not there, from this number on.</summary>
    public IEnumerable<NumberRange> Missing(long from)
    {
        foreach (var run in _runs)
        {
            if (run.First > from)
                yield return new NumberRange(from, run.First - 1);
            from = run.Last + 1;
        }
    }

    private void Join(int at)
    {
        if (at < 0 || at + 1 >= _runs.Count || _runs[at].Last + 1 != _runs[at + 1].First)
            return;
        _runs[at] = _runs[at] with { Last = _runs[at + 1].Last };
        _runs.RemoveAt(at + 1);
    }
}

/// <summary>Numbers from one to another, both included.</summary>
internal readonly record struct NumberRange(long First, long Last)
{
    public long Count => Last - First + 1;

    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
