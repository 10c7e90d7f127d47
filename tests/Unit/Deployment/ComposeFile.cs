using System.Text.Json.Nodes;
using Sametime.Tests.Kit.Repository;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Sametime.Tests.Unit.Deployment;

/// <summary>compose/compose.yaml with its anchors followed, as JSON; every scalar in it is a text.</summary>
internal static class ComposeFile
{
    public static string Folder { get; } = Repo.PathOf("compose");

    public static JsonNode Root { get; } = Read();

    /// <summary>All services by name.</summary>
    public static IReadOnlyDictionary<string, JsonNode> Containers { get; } = Section("services");

    /// <summary>Those that run our program, by name.</summary>
    public static IReadOnlyDictionary<string, JsonNode> Programs { get; } =
        Containers.Where(service => service.Value["build"] is not null).ToDictionary(service => service.Key, service => service.Value);

    public static IReadOnlyDictionary<string, JsonNode> Section(string name) =>
        Root[name]!.AsObject().ToDictionary(entry => entry.Key, entry => entry.Value ?? new JsonObject());

    /// <summary>A list of texts, or of the named field of objects; empty where there is none.</summary>
    public static string[] Texts(JsonNode? list, string field = "source") =>
        [.. (list?.AsArray() ?? []).Select(item => item is JsonObject fields ? (string)fields[field]! : (string)item!)];

    /// <summary>Fields and their texts; empty where there are none.</summary>
    public static IReadOnlyDictionary<string, string> Fields(JsonNode? map) =>
        (map?.AsObject() ?? []).ToDictionary(entry => entry.Key, entry => (string)entry.Value!);

    private static JsonNode Read()
    {
        using var text = File.OpenText(Path.Combine(Folder, "compose.yaml"));
        var yaml = new DeserializerBuilder().Build().Deserialize(new MergingParser(new Parser(text)));
        return JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(yaml!))!;
    }
}
