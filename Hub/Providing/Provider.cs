using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Hub.Logins;

namespace Sametime.Hub.Providing;

/// <summary>Whoever offers services: a server application of this hub, or another hub on behalf of its own.</summary>
internal abstract class Provider : Participant
{
    /// <summary>What it offers, the latest offer of each service.</summary>
    public Dictionary<ServiceType, Provide> Offers { get; } = [];

    /// <summary>How busy it says it is with a service: 0 idle to 1000 full.</summary>
    public abstract ushort LoadOf(ServiceType service);
}
