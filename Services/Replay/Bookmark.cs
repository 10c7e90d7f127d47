using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sametime.Services.Replay;

/// <summary>
/// The place of a replay in a file, so that one that was interrupted goes on where it was. Written anew under another name and then
/// renamed: whatever happens, the file holds one place. The question may name persons, so the file is for its owner's eyes only.
/// </summary>
internal sealed class Bookmark
{
    private readonly string _path;
    private readonly JsonObject _fields;

    private Bookmark(string path, JsonObject fields) => (_path, _fields) = (path, fields);

    /// <summary>The last position that was dealt with; 0 at first.</summary>
    public long Position => _fields["position"]!.GetValue<long>();

    /// <summary>What the replay goes into, where that has a name.</summary>
    public string? Target => _fields["target"]?.GetValue<string>();

    /// <summary>Opens the place of a replay, or begins one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="question">The replay's question: a place in one is none in another.</param>
    /// <param name="target">What it goes into, when it is begun.</param>
    /// <exception cref="InvalidDataException">The file is no bookmark, or that of another question.</exception>
    public static Bookmark Open(string path, string question, Func<string?> target)
    {
        if (!File.Exists(path))
            return new Bookmark(path, new JsonObject { ["position"] = 0L, ["question"] = question, ["target"] = target() });
        JsonObject? fields;
        try
        {
            fields = JsonNode.Parse(File.ReadAllText(path)) as JsonObject;
        }
        catch (JsonException)
        {
            fields = null;
        }

        if (fields is null || !(fields["position"] is JsonValue position && position.TryGetValue<long>(out _)) || fields["question"] is not JsonValue asked)
            throw new InvalidDataException($"{path} is no bookmark of a replay");
        return asked.ToString() == question
            ? new Bookmark(path, fields)
            : throw new InvalidDataException($"the bookmark {path} belongs to another question ({asked})");
    }

    public async Task SaveAsync(long position)
    {
        _fields["position"] = position;
        var written = _path + ".new";
        await using (var text = new StreamWriter(OwnersFile.Create(written)))
            await text.WriteLineAsync(_fields.ToJsonString());
        File.Move(written, _path, overwrite: true);
    }
}
