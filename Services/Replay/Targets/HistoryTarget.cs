using System.Text.Json.Nodes;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Replay.Targets;

/// <summary>Writes a user's history, a line a fact: for people, or as JSON.</summary>
internal sealed class HistoryTarget(UserHistory history, TextWriter output, bool asJson) : IReplayTarget
{
    public async ValueTask TakeAsync(StoredEvent stored)
    {
        if (history.Tell(stored) is not { } sentence)
            return;
        var time = LogTime.Format(stored.Envelope.Occurred);
        await output.WriteLineAsync(asJson
            ? new JsonObject { ["position"] = stored.Position, ["occurred"] = time, ["name"] = EventNames.Of(stored.Envelope.Payload), ["text"] = sentence }.ToJsonString()
            : $"{time}  {Visible(sentence)}");
    }

    public async ValueTask FlushAsync() => await output.FlushAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // What people typed must not steer the terminal of whoever reads it.
    private static string Visible(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : $"{c}")) : text;
}
