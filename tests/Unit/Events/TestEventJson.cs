using System.Text.Json.Serialization;
using Sametime.Contracts.Events;

namespace Sametime.Tests.Unit.Events;

/// <summary>An event that changed its one field twice, for the tests of raising old versions.</summary>
[EventName("test.renamed", 3)]
internal sealed record Renamed([Personal] string DisplayName) : IEvent;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Renamed))]
internal sealed partial class TestEventJson : JsonSerializerContext;
