using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.ServerApplications;

namespace Sametime.Tests.Unit.Community.Support;

/// <summary>Subscribes to every kind of community event and writes a line of each.</summary>
internal sealed class DiaryService : IService
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public void Describe(ServiceTable table) => table
        .Hears<LoggedIn>(e => Write($"{e.Login.UserId} comes"))
        .Hears<LoggedOut>(e => Write($"{e.UserId} goes: {e.Reason}"))
        .Hears<StatusChanged>(e => Write($"{e.UserId} is {e.Status.Status}"))
        .Hears<PrivacyChanged>(e => Write($"{e.UserId} changes whom she hides from"))
        .Hears<ServiceChanged>(e => Write($"service {e.Service} {(e.Up ? "comes" : "goes")}"))
        .Hears<ComponentChanged>(e => Write($"{e.ParticipantKind} {e.Name} {(e.Up ? "comes" : $"goes: {e.Reason}")}"))
        .Hears<SnapshotComplete>(_ => Write("the present is told"));

    private void Write(string line)
    {
        lock (_lines)
            _lines.Add(line);
    }
}
