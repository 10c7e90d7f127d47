namespace Sametime.Contracts.Events;

/// <summary>An operator had a hub send its logins away.</summary>
/// <param name="Hub">Number of the hub.</param>
/// <param name="Actor">Who asked, as the operating system or the settings name him.</param>
/// <param name="Logins">How many logins there were.</param>
[EventName("admin.hub-drained", 1)]
public sealed record HubDrained(ushort Hub, [NotPersonal] string Actor, int Logins) : IEvent;
