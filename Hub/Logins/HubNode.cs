using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Hub.Logins;

/// <summary>This hub, as a participant of its own community.</summary>
internal sealed class HubNode : Participant
{
    public HubNode(string name, LoginId loginId, DateTimeOffset since) =>
        (Name, LoginId, Since, IsLoggedIn) = (name, loginId, since, true);

    public override ParticipantKind Kind => ParticipantKind.Hub;

    public override string Name { get; }
}
