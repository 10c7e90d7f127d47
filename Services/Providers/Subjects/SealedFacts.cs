using Sametime.Contracts.Events;

namespace Sametime.Services.Providers.Subjects;

/// <summary>Facts that are about to be stored, and the persons they say something of.</summary>
internal sealed class SealedFacts
{
    private readonly List<WrittenEvent> _plain;
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="facts">The facts.</param>
    /// <param name="users">Whose streams they go to, as <see cref="EventStreamName.UserKey"/> names them.</param>
    public SealedFacts(IEnumerable<IEvent> facts, params IEnumerable<string?> users)
    {
        _plain = [.. facts.Select(EventCatalogue.Current.Write)];
        foreach (var plain in _plain)
            EventSeal.Current.CollectNames(plain, _names);

        // Last, since a fact spells a name as people do.
        foreach (var user in users)
        {
            if (user is not null)
                _names.Add(user);
        }
    }

    /// <summary>The persons.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>The facts as they are stored, in their order.</summary>
    public List<WrittenEvent> Seal(SubjectNames subjects) => [.. _plain.Select(plain => EventSeal.Current.Seal(plain, subjects))];
}
