using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Hub.Providing;

/// <summary>A server application with its link: one login, however many services it offers.</summary>
internal sealed class Application : Provider
{
    public Application(LoginId loginId, string name, string hub, DateTimeOffset since)
    {
        (LoginId, Name, Since, IsLoggedIn) = (loginId, name, since, true);

        // A client takes the acceptor's login id as part of the cipher key and shows the rest to nobody.
        Info = new LoginInfo(loginId.ToString(), ClientType.Service, new UserId(name), name, Community: "", new LoginDetails("", 0, hub));
    }

    /// <summary>Users that it wants to have located.</summary>
    public HashSet<UserId> Located { get; } = [];

    public override ParticipantKind Kind => ParticipantKind.Application;

    public override string Name { get; }

    /// <summary>How busy it says it is with all of them: 0 idle to 1000 full.</summary>
    public ushort Load { get; set; }

    public override ushort LoadOf(ServiceType service) => Load;

    /// <summary>Community events it wants.</summary>
    public CommunityEventKinds Hears { get; set; }
}
