using System.Collections.Concurrent;

namespace Sametime.Services.Providers.Subjects;

/// <summary>
/// Subjects that were asked for a moment ago, by id and by name. When it is full it forgets everything: what is in use comes back at once.
/// </summary>
internal sealed class SubjectCache(SubjectOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<SubjectId, Entry> _byId = new();
    private readonly ConcurrentDictionary<string, Entry> _byName = new(StringComparer.OrdinalIgnoreCase);

    public Subject? Find(SubjectId id) => Fresh(_byId.GetValueOrDefault(id));

    public Subject? Find(string name) => Fresh(_byName.GetValueOrDefault(name));

    public void Add(Subject subject)
    {
        if (_byId.Count >= options.CachedMax)
            Clear();
        var entry = new Entry(subject, time.GetTimestamp());
        _byId[subject.Id] = entry;
        if (subject.Name is not null)
            _byName[subject.Name] = entry;
    }

    public void Clear()
    {
        _byId.Clear();
        _byName.Clear();
    }

    private Subject? Fresh(Entry? entry) =>
        entry is not null && time.GetElapsedTime(entry.Since) < options.CacheLifetime ? entry.Subject : null;

    private sealed record Entry(Subject Subject, long Since);
}
