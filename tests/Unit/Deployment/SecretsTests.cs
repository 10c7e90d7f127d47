using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Sametime.Compose.Settings;
using Sametime.Services.Users.Tokens.Issued;
using Sametime.Tests.Kit.Repository;
using Sametime.Tests.Kit.Servers;
using Xunit;

namespace Sametime.Tests.Unit.Deployment;

/// <summary>What compose/secrets draws: all that compose.yaml asks for, different each time, and rights for each role and no more.</summary>
public sealed class SecretsTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sametime-unit-").FullName;

    private string Drawn => Path.Combine(_folder, "private");

    public async ValueTask InitializeAsync() => await DrawAsync(Drawn);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void All_that_the_compose_file_asks_for_is_there() =>
        Assert.Equal(
            ComposeFile.Section("secrets").Values.Select(secret => Path.GetFileName((string)secret["file"]!)).Order(),
            Directory.EnumerateFiles(Drawn).Select(Path.GetFileName).Order());

    [Fact]
    public async Task Nothing_is_the_same_twice_and_what_is_there_stays()
    {
        var before = Contents(Drawn);
        await DrawAsync(Drawn);
        Assert.Equal(before, Contents(Drawn));

        var other = Path.Combine(_folder, "other");
        await DrawAsync(other);
        Assert.All(Contents(other), file => Assert.NotEqual(before[file.Key], file.Value));
    }

    [Fact]
    public void The_folder_is_for_its_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // folders have owners in another way there
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Drawn));
    }

    [Theory]
    [InlineData("hub.json", "rabbitmq")]
    [InlineData("services.json", "rabbitmq")]
    public void Settings_exist_and_name_the_servers_as_the_compose_file_does(string file, string broker)
    {
        var settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(Drawn, file)).Build();
        var known = SettingCatalogue.Keys.Select(key => key.Name).ToHashSet();
        Assert.All(settings.AsEnumerable().Where(pair => pair.Value is not null), pair => Assert.Contains(pair.Key, known));
        Assert.Equal(broker, new Uri(settings["Broker:Uri"]!).Host);
        Assert.Contains(broker, ComposeFile.Containers.Keys);
    }

    [Fact]
    public void Server_applications_share_the_database_as_the_role_that_is_made_for_them()
    {
        var settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(Drawn, "services.json")).Build();
        Assert.Equal("Postgres", settings["Store:Kind"]);
        Assert.Equal("/run/secrets/store.key", settings["Store:KeyFile"]);
        Assert.Equal(32, Convert.FromHexString(File.ReadAllText(Path.Combine(Drawn, "store.key"))).Length);
        Assert.Equal("/run/secrets/token.keys", settings["Tokens:KeyFile"]);
        Assert.Single(TokenKeyFile.Read(Path.Combine(Drawn, "token.keys")));
        Assert.Equal("Host=postgres;Port=5432;Username=sametime;Database=sametime", settings["Postgres:Connection"]);
        Assert.Contains("postgres", ComposeFile.Containers.Keys);
        Assert.Contains(
            $"create role sametime login password '{settings["Postgres:Password"]}';", File.ReadAllText(Path.Combine(Drawn, "postgres.sql")), StringComparison.Ordinal);

        var hub = new ConfigurationBuilder().AddJsonFile(Path.Combine(Drawn, "hub.json")).Build();
        Assert.Empty(hub.GetSection("Postgres").GetChildren());
    }

    [Fact]
    public void Each_role_has_a_broker_user_of_its_own_and_there_is_no_other()
    {
        var broker = JsonNode.Parse(File.ReadAllText(Path.Combine(Drawn, "rabbitmq.json")))!;
        var users = broker["users"]!.AsArray();
        Assert.Equal([UserOf("hub.json"), UserOf("services.json")], users.Select(user => (string)user!["name"]!));
        Assert.All(users, user => Assert.Equal("", (string?)user!["tags"]));
        Assert.All(users, user => Assert.Null(user!["password"]));

        const string hubQueue = "sametime.community.hub.2.00112233445566ff", beacons = "sametime.community.hubs", events = "sametime.community.events";
        Assert.True(May("hub.json", "configure", hubQueue) && May("hub.json", "read", hubQueue) && May("hub.json", "write", "amq.default"));
        Assert.True(May("hub.json", "write", beacons) && May("hub.json", "write", events));
        Assert.True(May("services.json", "configure", events) && May("services.json", "write", events) && May("services.json", "read", events));
        foreach (var right in (string[])["configure", "write", "read"])
        {
            Assert.All((string[])[hubQueue, beacons, "amq.default", "amq.topic"], name => Assert.False(May("services.json", right, name), $"{right} {name}"));
            Assert.False(May("hub.json", right, "somebody.else") || May("hub.json", right, "amq.topic"));
        }

        bool May(string file, string right, string name) => Regex.IsMatch(name, (string)broker["permissions"]!.AsArray()
            .Single(permission => (string)permission!["user"]! == UserOf(file))![right]!);
    }

    private static async Task DrawAsync(string folder)
    {
        var (code, _, errors) = await Script.TryAsync(Repo.PathOf("compose", "secrets"), [folder], TestContext.Current.CancellationToken);
        Assert.True(code == 0, errors);
    }

    private static Dictionary<string, string> Contents(string folder) =>
        Directory.EnumerateFiles(folder).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);

    private string UserOf(string file) => new Uri(new ConfigurationBuilder().AddJsonFile(Path.Combine(Drawn, file)).Build()["Broker:Uri"]!).UserInfo.Split(':')[0];
}
