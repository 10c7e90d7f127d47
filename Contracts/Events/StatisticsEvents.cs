namespace Sametime.Contracts.Events;

/// <summary>What a hub counted, at one moment. Counts run from its start.</summary>
/// <param name="Logins">Logins of participants of every kind, now.</param>
/// <param name="Users">Users with a login here, now.</param>
/// <param name="Channels">Channels, now.</param>
/// <param name="LoginsAccepted">Logins since the start.</param>
/// <param name="LoginsRefused">Refused ones since the start.</param>
/// <param name="ChannelsCreated">Channels since the start.</param>
/// <param name="MessagesRouted">Messages on channels since the start.</param>
[EventName("statistics.hub-sampled", 1)]
public sealed record HubSampled(
    int Logins, int Users, int Channels, long LoginsAccepted, long LoginsRefused, long ChannelsCreated, long MessagesRouted) : IEvent;
