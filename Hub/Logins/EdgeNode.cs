using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;
using Sametime.Hub.Routing;

namespace Sametime.Hub.Logins;

/// <summary>An Edge with its link, and the logins behind it.</summary>
internal sealed class EdgeNode : Participant
{
    public EdgeNode(LoginId loginId, string name, DateTimeOffset since) =>
        (LoginId, Name, Since, IsLoggedIn) = (loginId, name, since, true);

    public override ParticipantKind Kind => ParticipantKind.Edge;

    public override string Name { get; }

    /// <summary>
    /// Everything that has a handle on this link: logins that are in, wait to be let in, or are over but not yet released by the Edge.
    /// </summary>
    public Dictionary<uint, Login> ByHandle { get; } = [];

    /// <summary>Where clients connect to it and to the Edges chained behind it, as it has said.</summary>
    public Items<Entrance> Entrances { get; set; } = [];

    /// <summary>Recipients on this link of the one-to-many message at hand.</summary>
    public RecipientList Recipients { get; } = new();
}
