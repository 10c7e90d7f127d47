using System.Text.Json.Nodes;
using Sametime.Services.Replay;
using Sametime.Services.Replay.Community;

namespace Sametime.Compose.Extracts;

/// <summary>What a sandbox holds, for people or as JSON.</summary>
internal static class CommunityReport
{
    /// <summary>Everything, with who is where.</summary>
    public static void WriteAll(Sandbox sandbox, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            output.WriteLine(Describe(sandbox).ToJsonString());
            return;
        }

        var online = sandbox.Online().ToList();
        output.WriteLine($"online: {online.Count}");
        foreach (var login in online)
        {
            output.WriteLine($"  {(login.User.IsEmpty ? "a guest" : Visible(login.User.Value))}\tlogin {login.Id}\thub {login.Id.Hub}\t{login.Status}\tsince {LogTime.Format(login.Since)}");
        }

        output.WriteLine($"channels: {sandbox.Channels.All.Count}");
        foreach (var (key, channel) in sandbox.Channels.All.OrderBy(channel => channel.Key.ToString(), StringComparer.Ordinal))
        {
            output.WriteLine($"  {key}\tto {Target(channel)}\tservice 0x{channel.Service:x}\tsince {LogTime.Format(channel.Since)}");
        }

        output.WriteLine($"places: {sandbox.Places.All.Count}");
        foreach (var (name, place) in sandbox.Places.All.OrderBy(place => place.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"  {Visible(name)}\tsince {LogTime.Format(place.Since)}");
        }

        output.WriteLine($"services: {string.Join(' ', Services(sandbox).Select(service => $"0x{service:x}"))}");
        output.WriteLine($"hubs: {string.Join(' ', sandbox.Hubs.All.Keys.Where(sandbox.Hubs.IsThere).Order())}");
        output.WriteLine($"state: {sandbox.Hash()}");
    }

    /// <summary>How much there is of everything, and the hash.</summary>
    public static void WriteSummary(Sandbox sandbox, bool asJson, TextWriter output)
    {
        var counts = Counts(sandbox);
        if (asJson)
        {
            counts["state"] = sandbox.Hash();
            output.WriteLine(counts.ToJsonString());
            return;
        }

        foreach (var (what, count) in counts)
        {
            output.WriteLine($"{what}: {count}");
        }

        output.WriteLine($"state: {sandbox.Hash()}");
    }

    private static JsonObject Counts(Sandbox sandbox) => new()
    {
        ["events"] = sandbox.Events,
        ["online"] = sandbox.Online().Count(),
        ["channels"] = sandbox.Channels.All.Count,
        ["places"] = sandbox.Places.All.Count,
        ["services"] = Services(sandbox).Count(),
        ["hubs"] = sandbox.Hubs.All.Keys.Count(sandbox.Hubs.IsThere),
        ["conversations"] = sandbox.Conversations.All.Count,
        ["users"] = sandbox.Directory.Users.Count,
        ["groups"] = sandbox.Directory.Groups.Count,
    };

    private static JsonObject Describe(Sandbox sandbox) => new()
    {
        ["online"] = new JsonArray([.. sandbox.Online().Select(login => new JsonObject
        {
            ["user"] = login.User.Value,
            ["login"] = login.Id.ToString(),
            ["hub"] = login.Id.Hub,
            ["status"] = login.Status.ToString(),
            ["since"] = LogTime.Format(login.Since),
        })]),
        ["channels"] = new JsonArray([.. sandbox.Channels.All.OrderBy(channel => channel.Key.ToString(), StringComparer.Ordinal).Select(channel => new JsonObject
        {
            ["channel"] = channel.Key.ToString(),
            ["creator"] = channel.Key.Creator.ToString(),
            ["acceptor"] = channel.Value.Acceptor?.ToString(),
            ["target"] = channel.Value.Target.Value,
            ["service"] = channel.Value.Service,
            ["since"] = LogTime.Format(channel.Value.Since),
        })]),
        ["places"] = new JsonArray([.. sandbox.Places.All.OrderBy(place => place.Key, StringComparer.Ordinal).Select(place => new JsonObject
        {
            ["place"] = place.Key,
            ["since"] = LogTime.Format(place.Value.Since),
        })]),
        ["services"] = new JsonArray([.. Services(sandbox).Select(service => JsonValue.Create(service))]),
        ["hubs"] = new JsonArray([.. sandbox.Hubs.All.Keys.Where(sandbox.Hubs.IsThere).Order().Select(hub => JsonValue.Create(hub))]),
        ["counts"] = Counts(sandbox),
        ["state"] = sandbox.Hash(),
    };

    private static IEnumerable<uint> Services(Sandbox sandbox) =>
        sandbox.Services.All.Keys.Where(offer => sandbox.Hubs.IsThere(offer.Hub)).Select(offer => offer.Service).Distinct().Order();

    private static string Target(SandboxChannel channel) => channel.Acceptor is { } acceptor ? $"login {acceptor}"
        : channel.Target.IsEmpty ? "a service" : Visible(channel.Target.Value);

    // What people chose as a name must not steer the terminal of whoever reads it.
    private static string Visible(string text) => string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : $"{c}"));
}
