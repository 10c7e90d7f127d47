namespace Sametime.Contracts.Link;

/// <summary>Who this end of a link is.</summary>
/// <param name="Role">What it logs in as; the other end trusts it for nothing else.</param>
/// <param name="Name">Its node name, unique in the community for its role.</param>
/// <param name="HubNumber">The hub's number when this end is a hub or leads to one, else 0.</param>
public sealed record LinkIdentity(LinkRole Role, string Name, ushort HubNumber = 0);
