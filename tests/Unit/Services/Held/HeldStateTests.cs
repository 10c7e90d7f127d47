using Sametime.Contracts.ServerApplications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Services.BuddyList;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Kit.Services;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Unit.Services.Held;

/// <summary>
/// Whatever a service took while it was used it has given back when the use is over, in whatever way that ended: every place, count, entry,
/// waiter and timer. A new service is held to it by being there, and so is a new field of an old one.
/// </summary>
public sealed class HeldStateTests
{
    private static readonly IReadOnlyDictionary<string, Func<HeldScene>> Scenes = new Dictionary<string, Func<HeldScene>>
    {
        ["Buddy List, clients"] = HeldScenes.Watchers,
        ["Buddy List, other hubs"] = HeldScenes.OtherHubs,
        ["Directory"] = HeldScenes.Directory,
        ["Resolve"] = HeldScenes.Resolve,
        ["User Storage"] = HeldScenes.UserStorage,
        ["Privacy"] = HeldScenes.Privacy,
        ["Chat Logging"] = HeldScenes.ChatLogging,
        ["Users, passwords"] = HeldScenes.Passwords,
        ["Users, tokens"] = HeldScenes.Tokens,
        ["Tokens on request"] = HeldScenes.TokensOnRequest,
        ["Accounts"] = HeldScenes.Accounts,
    };

    public static TheoryData<string> Names => [.. Scenes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task When_everything_has_ended_in_whatever_way_nothing_is_held_that_was_not_before(string name)
    {
        using var scene = Scenes[name]();
        scene.Use();
        var before = scene.Held();
        Assert.NotEmpty(before);

        for (var time = 1; time <= 2; time++)
        {
            foreach (var (way, end) in scene.Ways.Prepend(("its use", scene.Use)))
            {
                end();
                await AssertAsBeforeAsync(scene, before, way);
            }
        }
    }

    [Fact]
    public void Every_service_has_a_scene()
    {
        var services = typeof(BuddyListService).Assembly.GetTypes()
            .Where(static type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IService)))
            .Select(static type => type.Name);
        var held = new List<string>();
        foreach (var start in Scenes.Values)
        {
            using var scene = start();
            held.AddRange(scene.Roots.OfType<IService>().Select(static service => service.GetType().Name));
        }

        Assert.Equal(services.Order(StringComparer.Ordinal), held.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_held_is_seen_wherever_it_is_held()
    {
        using var scene = HeldScenes.Watchers();
        scene.Use();
        var before = scene.Held();

        var channel = scene.It.Hub.Open(ServiceTypes.Awareness, ProtocolTypes.Awareness, ProtocolVersions.Awareness, Logins.Of("alice"));
        scene.It.Hub.Send(channel, new PresenceAdd([AwareId.OfUser("bob")]));

        var differences = HeldState.Differences(before, scene.Held()).ToArray();
        Assert.Contains("BuddyListService._state._users: 0 held before, 1 held after", differences);
        Assert.Contains("ServerApplication._channels._channels: 0 held before, 1 held after", differences);
    }

    // A semaphore hands its places on by way of other threads, so what comes of that is waited for.
    private static async Task AssertAsBeforeAsync(HeldScene scene, SortedDictionary<string, string> before, string way)
    {
        string[] differences = [.. HeldState.Differences(before, scene.Held())];
        try
        {
            await Waits.UntilAsync(
                () => differences.Length == 0, () => differences = [.. HeldState.Differences(before, scene.Held())], "it was given back",
                TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"After {way}: {string.Join("; ", differences)}");
        }
    }
}
