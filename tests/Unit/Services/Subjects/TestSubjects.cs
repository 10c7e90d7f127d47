using Sametime.Services.Providers.Subjects;

namespace Sametime.Tests.Unit.Services.Subjects;

/// <summary>The keys of persons in memory.</summary>
internal sealed class TestSubjects
{
    private readonly SubjectSeal _seal = new(StoreKey.From([.. Enumerable.Range(1, StoreKey.BytesMin).Select(i => (byte)i)]));
    private readonly Dictionary<string, Subject> _byName = new(StringComparer.OrdinalIgnoreCase);

    public Dictionary<SubjectId, Subject> ById { get; } = [];

    public SubjectId IdOf(string name) => FindOrMake([name])[name].Id;

    public SubjectNames FindOrMake(IEnumerable<string> names)
    {
        var found = new SubjectNames();
        foreach (var name in names)
        {
            if (!_byName.TryGetValue(name, out var subject))
            {
                subject = _seal.Read(_seal.Make(name));
                _byName.Add(name, subject);
                ById.Add(subject.Id, subject);
            }

            found[name] = subject;
        }

        return found;
    }

    public Subject Erase(string name)
    {
        _byName.Remove(name, out var subject);
        return ById[subject!.Id] = Subject.Erased(subject.Id);
    }
}
