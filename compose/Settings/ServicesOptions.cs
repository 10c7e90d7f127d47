namespace Sametime.Compose.Settings;

/// <summary>Who a process of server applications is.</summary>
internal sealed class ServicesOptions
{
    /// <summary>Node name, unique among the server applications of a hub: the hub takes a second one of that name for the first, come back.</summary>
    public string Name { get; set; } = "services";
}
