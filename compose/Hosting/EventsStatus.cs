using System.Text.Json.Nodes;
using Sametime.Contracts.Events;

namespace Sametime.Compose.Hosting;

/// <summary>The event plane in status answers: what waits to be carried, and for each subscriber of the process what waits for it.</summary>
internal static class EventsStatus
{
    /// <param name="plane">The plane of this process.</param>
    /// <param name="backlogs">What its carrier has just told; a number it could not tell is null.</param>
    public static JsonObject Describe(EventPlane plane, IEnumerable<EventBacklog> backlogs) => new()
    {
        ["waiting"] = plane.Waiting,
        ["dropped"] = plane.Dropped,
        ["subscribers"] = new JsonObject(backlogs.Select(backlog => KeyValuePair.Create(
            backlog.Subscriber, (JsonNode?)new JsonObject { ["batchesWaiting"] = backlog.Waiting, ["errors"] = backlog.Errors }))),
    };
}
