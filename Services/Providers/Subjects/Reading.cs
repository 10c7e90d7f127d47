using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Subjects;

/// <summary>What a reader of sealed events may see: a view of all, or everything of some persons and of others their ids only.</summary>
internal sealed class Reading
{
    private readonly IReadOnlySet<SubjectId>? _persons;

    private Reading(bool isPseudonymous, IReadOnlySet<SubjectId>? persons) => (IsPseudonymous, _persons) = (isPseudonymous, persons);

    public static Reading Plain { get; } = new(isPseudonymous: false, persons: null);

    public static Reading Pseudonymous { get; } = new(isPseudonymous: true, new HashSet<SubjectId>());

    public bool IsPseudonymous { get; }

    public static Reading Of(EventView view) => view == EventView.Plain ? Plain : Pseudonymous;

    /// <summary>For a person who asks what is held on him: what others said or are called is theirs.</summary>
    public static Reading OfPersons(IReadOnlySet<SubjectId> persons) => new(isPseudonymous: false, persons);

    public bool MaySee(SubjectId person) => _persons is null || _persons.Contains(person);
}
