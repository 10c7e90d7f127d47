using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Events;

/// <summary>Events were read out of the log by a person: replayed, exported, or asked.</summary>
/// <param name="Actor">Who, as the operating system names him.</param>
/// <param name="Command">What was asked for, such as <c>export</c>.</param>
/// <param name="Question">The range and the filters, in words.</param>
/// <param name="FromPosition">First position looked at.</param>
/// <param name="ToPosition">Last position looked at.</param>
/// <param name="Events">How many events it gave out.</param>
/// <param name="Named">Whether persons could be recognised in it.</param>
/// <param name="User">Whom it was about, when a user was asked for; the question is then his. Empty otherwise.</param>
[EventName("audit.log-extracted", 1)]
public sealed record LogExtracted(
    [NotPersonal] string Actor, [NotPersonal] string Command, [Personal] string Question, long FromPosition, long ToPosition, long Events, bool Named,
    [Personal] UserId User = default) : IEvent;

/// <summary>Somebody read what others have said.</summary>
/// <param name="Actor">Who, as the operating system or his login names him.</param>
/// <param name="User">Whose conversations were asked for; empty for everybody's.</param>
/// <param name="Lines">How many lines he was shown.</param>
[EventName("audit.chat-log-read", 1)]
public sealed record ChatLogRead([NotPersonal] string Actor, [Personal] UserId User, long Lines) : IEvent;

/// <summary>What is held on a person was given out to be handed to him.</summary>
[EventName("audit.personal-data-exported", 1)]
public sealed record PersonalDataExported([NotPersonal] string Actor, [Personal] UserId User, long Events) : IEvent;

/// <summary>The key of a person was destroyed: whatever was personal of him can be read no more. Says nothing of who he was.</summary>
/// <param name="Subject">The opaque id that stands for him in the log.</param>
/// <param name="Actor">Who had it done.</param>
[EventName("audit.subject-erased", 1)]
public sealed record SubjectErased([NotPersonal] string Subject, [NotPersonal] string Actor) : IEvent;

/// <summary>Nothing of this person may be removed or erased until the hold is released.</summary>
[EventName("audit.legal-hold-placed", 1)]
public sealed record LegalHoldPlaced([Personal] UserId User, [Personal] string Why, [NotPersonal] string Actor) : IEvent;

/// <summary>A hold was released.</summary>
[EventName("audit.legal-hold-released", 1)]
public sealed record LegalHoldReleased([Personal] UserId User, [NotPersonal] string Actor) : IEvent;

/// <summary>Events were removed from the log because their time was over.</summary>
/// <param name="Class">Which class of events, as the settings name it.</param>
/// <param name="Before">Those that were recorded before.</param>
/// <param name="Events">How many.</param>
[EventName("audit.retention-applied", 1)]
public sealed record RetentionApplied([NotPersonal] string Class, DateTimeOffset Before, long Events) : IEvent;
