using Sametime.Contracts.Events;
using Sametime.Services.Providers.Links;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Services.Providers.Retention;

/// <summary>
/// Gathers what is to be removed on a walk from the beginning of the log, and which link each run of removed events leaves behind. Runs
/// of a stream that nothing lies between become one.
/// </summary>
internal sealed class RemovalWalk
{
    private readonly Dictionary<EventStreamName, Queue<RemovedEvents>> _known = [];
    private readonly Dictionary<EventStreamName, byte[]> _newest = [];
    private readonly Dictionary<EventStreamName, RemovedEvents> _open = [];
    private readonly Dictionary<(EventStreamName Stream, long From), RemovedEvents> _changed = [];
    private readonly HashSet<(EventStreamName Stream, long From)> _merged = [];
    private readonly List<SealedEvent> _events = [];
    private long _knownEvents;

    public RemovalWalk(IEnumerable<RemovedEvents> known)
    {
        foreach (var run in known)
        {
            if (!_known.TryGetValue(run.Stream, out var runs))
                _known.Add(run.Stream, runs = []);
            runs.Enqueue(run);
            _knownEvents += run.Events;
        }
    }

    /// <summary>How many events were gathered since the last <see cref="Take"/>.</summary>
    public int Count => _events.Count;

    /// <summary>The next event of the log.</summary>
    public void Step(SealedEvent stored, byte[] link, bool isOver)
    {
        LeadOver(stored.Stream, stored.Position);
        if (!isOver)
        {
            _open.Remove(stored.Stream);
        }
        else
        {
            Change(_open.TryGetValue(stored.Stream, out var run)
                ? run with { To = stored.Position, Events = run.Events + 1, Link = link }
                : new RemovedEvents(stored.Stream, stored.Position, stored.Position, 1, _newest.GetValueOrDefault(stored.Stream, EventLinks.Origin), link));
            _events.Add(stored);
        }

        _newest[stored.Stream] = link;
    }

    /// <summary>What was gathered. Whoever takes it removes it, or gives the walk up.</summary>
    public Removal Take()
    {
        // A run that is followed at once by an older one becomes one with it when the walk comes there, perhaps in a later transaction.
        var removal = new Removal(_knownEvents, [.. _events], [.. _changed.Values], [.. _merged]);
        _knownEvents += _events.Count;
        _events.Clear();
        _changed.Clear();
        _merged.Clear();
        return removal;
    }

    private void LeadOver(EventStreamName stream, long position)
    {
        while (_known.TryGetValue(stream, out var runs) && runs.TryPeek(out var next) && next.To < position)
        {
            runs.Dequeue();
            if (_open.TryGetValue(stream, out var run))
            {
                _merged.Add((stream, next.From));
                Change(run with { To = next.To, Events = run.Events + next.Events, Link = next.Link });
            }
            else
            {
                _open[stream] = next;
            }

            _newest[stream] = next.Link;
        }
    }

    private void Change(RemovedEvents run) => _changed[(run.Stream, run.From)] = _open[run.Stream] = run;
}
