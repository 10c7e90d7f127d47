using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Wire;

namespace Sametime.Hub.OnlineDirectory;

/// <summary>A login somewhere in the community, as little as every hub knows of it.</summary>
/// <param name="Login">Its login id, which names its hub.</param>
/// <param name="Kind">User or guest.</param>
/// <param name="Since">When it was accepted, in milliseconds since 1970 by the clock of its hub.</param>
/// <param name="User">Whose it is.</param>
internal sealed record OnlineLogin(LoginId Login, ParticipantKind Kind, ulong Since, UserId User);
