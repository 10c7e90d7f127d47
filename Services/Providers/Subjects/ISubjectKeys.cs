namespace Sametime.Services.Providers.Subjects;

/// <summary>
/// The keys of persons, kept apart from the events that are sealed with them: a copy of the events alone can be read by nobody, and what
/// was erased here stays erased whatever copy of the events comes back. Failures are <see cref="Contracts.Providers.StoreException"/>.
/// </summary>
internal interface ISubjectKeys
{
    /// <summary>The subjects of names; those that there are none of are made, and are durable when the task ends.</summary>
    ValueTask<SubjectNames> FindOrMakeAsync(IReadOnlyCollection<string> names, CancellationToken stop);

    /// <summary>The living subject of a name, or null.</summary>
    ValueTask<Subject?> FindAsync(string name, CancellationToken stop);

    /// <summary>The subjects of ids. One that nobody knows is as one that was erased.</summary>
    ValueTask<IReadOnlyDictionary<SubjectId, Subject>> LoadAsync(IReadOnlyCollection<SubjectId> ids, CancellationToken stop);

    /// <summary>Destroys the keys of living subjects, and what leads to them by name. Durable when the task ends.</summary>
    ValueTask EraseAsync(IReadOnlyCollection<SubjectId> ids, CancellationToken stop);
}

/// <summary>Living subjects by name, without regard to case.</summary>
internal sealed class SubjectNames
{
    private readonly Dictionary<string, Subject> _subjects = new(StringComparer.OrdinalIgnoreCase);

    public Subject this[string name]
    {
        get => _subjects[name];
        set => _subjects[name] = value;
    }
}
