using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sametime.Compose.Commands;
using Sametime.Compose.Settings;
using Xunit;
using static Sametime.Tests.Unit.Deployment.ComposeFile;

namespace Sametime.Tests.Unit.Deployment;

/// <summary>What can be known of compose/compose.yaml and its Dockerfile where no container engine is at hand.</summary>
public partial class ComposeFileTests
{
    private const string LinkPort = "1516";

    public static TheoryData<string> AllContainers => [.. Containers.Keys];

    public static TheoryData<string> AllPrograms => [.. Programs.Keys];

    [Fact]
    public void There_are_two_hubs_with_server_applications_each_and_two_edges_a_broker_and_a_database()
    {
        Assert.Equal(2, Of("hub").Length);
        Assert.Equal(2, Of("edge").Length);
        Assert.Equal(Of("hub").Order(), Of("services").Select(name => HubsOf(name).Single()).Order());
        Assert.All(Of("edge"), edge => Assert.Equal(Of("hub").Order(), HubsOf(edge).Order()));
        Assert.Equal(["postgres", "rabbitmq"], Containers.Keys.Except(Programs.Keys).Order());
        foreach (var setting in (string[])["Hub:Name", "Hub:Number", "Services:Name", "Edge:Name"])
        {
            var values = Programs.Values.Select(SettingsOf).Select(settings => settings.GetValueOrDefault(setting)).OfType<string>().ToArray();
            Assert.Equal(2, values.Distinct().Count());
            Assert.Equal(2, values.Length);
        }
    }

    [Fact]
    public void The_tables_of_the_store_are_made_once_before_its_users_start()
    {
        var init = Assert.Single(Of("store"));
        Assert.Equal("init", Texts(Containers[init]["command"])[1]);
        Assert.True(EndsByItself(init));
        Assert.Equal([init, .. Of("services")], UsersOf("services.json").OrderBy(name => name == init ? 0 : 1));
    }

    [Theory]
    [MemberData(nameof(AllContainers))]
    public void A_container_is_built_here_or_an_image_of_a_stated_version(string name)
    {
        var service = Containers[name];
        if (service["build"] is { } build)
        {
            var context = Path.GetFullPath(Path.Combine(Folder, (string)build["context"]!));
            Assert.True(File.Exists(Path.Combine(context, "Sametime.sln")), context);
            Assert.True(File.Exists(Path.Combine(context, (string)build["dockerfile"]!)));
        }
        else
        {
            Assert.Matches(@"^[a-z]+:[0-9][0-9a-z.-]*$", (string?)service["image"]);
        }
    }

    [Theory]
    [MemberData(nameof(AllContainers))]
    public void A_container_can_do_nothing_but_its_work(string name)
    {
        var service = Containers[name];
        Assert.Equal("true", (string?)service["read_only"]);
        Assert.Equal(["ALL"], Texts(service["cap_drop"]));
        Assert.Contains("no-new-privileges:true", Texts(service["security_opt"]));
        Assert.Null(service["privileged"]);
        Assert.Null(service["cap_add"]);
        Assert.Null(service["network_mode"]);

        // An image of others says by default that root runs it; ours says in the Dockerfile who does.
        Assert.True(Programs.ContainsKey(name) || (string?)service["user"] is not (null or "root" or "0"), $"{name} runs as root");
    }

    [Theory]
    [MemberData(nameof(AllContainers))]
    public void A_container_says_how_it_is_and_waits_for_what_is_healthy(string name)
    {
        var check = Containers[name]["healthcheck"];
        Assert.NotNull(check);
        if (EndsByItself(name))
        {
            Assert.Equal("true", (string?)check["disable"]);
        }
        else
        {
            Assert.Equal("CMD", Texts(check["test"])[0]);
            Assert.All((string[])["interval", "timeout", "retries", "start_period"], field => Assert.NotNull(check[field]));
        }

        foreach (var (needed, how) in Containers[name]["depends_on"]?.AsObject() ?? [])
        {
            Assert.Contains(needed, Containers.Keys);
            Assert.Equal(EndsByItself(needed) ? "service_completed_successfully" : "service_healthy", (string?)how!["condition"]);
        }
    }

    [Theory]
    [MemberData(nameof(AllPrograms))]
    public void A_process_of_ours_waits_for_the_hubs_it_links_to_and_reaches_them_by_name(string name)
    {
        var needs = Containers[name]["depends_on"]!.AsObject().Select(need => need.Key).ToHashSet();
        Assert.Superset(HubsOf(name).ToHashSet(), needs);
        Assert.True(!UsersOf("hub.json").Contains(name) || needs.Contains("rabbitmq"));
        Assert.True(!UsersOf("services.json").Contains(name) || needs.Contains("postgres"));
        Assert.True(!Of("services").Contains(name) || needs.IsSupersetOf(["rabbitmq", .. Of("store")]));
        foreach (var need in needs)
        {
            Assert.NotEmpty(Texts(Containers[name]["networks"]).Intersect(Texts(Containers[need]["networks"])));
        }
    }

    [Theory]
    [MemberData(nameof(AllPrograms))]
    public void A_command_line_is_one_that_the_program_takes(string name)
    {
        var service = Programs[name];
        Assert.Empty(Parse(Texts(service["command"])).Errors);
        Assert.Equal("/data", Value(Texts(service["command"]), "--data"));
        if (EndsByItself(name))
            return;
        var check = Texts(service["healthcheck"]!["test"])[1..];
        Assert.Contains($"""ENTRYPOINT ["{check[0]}"]""", Dockerfile(), StringComparison.Ordinal);
        Assert.Empty(Parse(check[1..]).Errors);
        Assert.Equal("/data", Value(check, "--data"));
    }

    [Theory]
    [MemberData(nameof(AllPrograms))]
    public void Every_setting_exists_and_can_be_read(string name)
    {
        var known = SettingCatalogue.Keys.ToDictionary(key => key.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var (setting, value) in SettingsOf(Programs[name]))
        {
            var key = Assert.Contains(ElementNumber().Replace(setting, ""), known);
            Assert.True(SettingCatalogue.CanRead(key, setting, value), $"{setting} cannot be '{value}'");
        }
    }

    [Theory]
    [MemberData(nameof(AllContainers))]
    public void No_password_stands_in_the_file(string name)
    {
        var variables = Fields(Containers[name]["environment"]);
        Assert.DoesNotContain(variables.Keys, variable =>
            SecretWord().IsMatch(variable) && !variable.EndsWith("_FILE", StringComparison.Ordinal));
        string[] texts = [.. variables.Values, .. Texts(Containers[name]["command"]), .. Texts(Containers[name]["healthcheck"]!["test"])];
        Assert.All(texts, text => Assert.DoesNotMatch("://[^/]*@|guest|[Pp]assword=", text));
    }

    [Fact]
    public void Only_edges_are_reached_from_outside_each_on_a_port_of_its_own()
    {
        var open = Containers.Where(service => service.Value["ports"] is not null).ToArray();
        Assert.Equal(Of("edge").Order(), open.Select(service => service.Key).Order());
        var ports = open.Select(service => (service.Key, Port: Texts(service.Value["ports"]).Single().Split(':'))).ToArray();
        Assert.Equal(ports.Length, ports.Select(p => p.Port[0]).Distinct().Count());
        Assert.All(ports, p => Assert.Equal(Value(Texts(Containers[p.Key]["command"]), "--port"), p.Port[^1]));

        var inner = Section("networks").Where(network => (string?)network.Value["internal"] == "true").Select(network => network.Key).ToArray();
        Assert.All(Containers.Where(service => service.Value["ports"] is null), service => Assert.Subset(inner.ToHashSet(), Texts(service.Value["networks"]).ToHashSet()));
    }

    [Fact]
    public void Hubs_trust_the_inner_network_and_no_other()
    {
        var subnet = (string)Section("networks")["inner"]["ipam"]!["config"]![0]!["subnet"]!;
        Assert.All(Of("hub"), hub =>
        {
            var settings = SettingsOf(Containers[hub]);
            Assert.Equal([subnet, subnet], settings.Where(s => s.Key.StartsWith("Trust:", StringComparison.Ordinal)).Select(s => s.Value));
            Assert.Equal($"{hub}:{LinkPort}", settings["Hub:LinkAddresses:0"]);
            Assert.Equal(LinkPort, Value(Texts(Containers[hub]["command"]), "--link-port"));
        });
    }

    [Fact]
    public void What_is_declared_is_used_and_what_is_used_is_declared()
    {
        Assert.Equal(Declared("volumes"), Used("volumes").Select(volume => volume.Split(':')[0]).Order());
        Assert.Equal(Declared("secrets"), Used("secrets").Distinct().Order());
        Assert.Equal(Declared("configs"), Used("configs").Distinct().Order());
        Assert.Equal(Declared("networks"), Used("networks").Distinct().Order());
        Assert.All(Section("configs").Values, config => Assert.True(File.Exists(Path.Combine(Folder, (string)config["file"]!))));

        static IEnumerable<string> Declared(string section) => Section(section).Keys.Order();
        static IEnumerable<string> Used(string section) => Containers.Values.SelectMany(service => Texts(service[section]));
    }

    [Fact]
    public void Data_is_on_a_volume_of_its_own()
    {
        Assert.All(Programs.Values, service => Assert.EndsWith(":/data", Texts(service["volumes"]).Single(), StringComparison.Ordinal));
        Assert.Contains(":/var/lib/rabbitmq", Texts(Containers["rabbitmq"]["volumes"]).Single(), StringComparison.Ordinal);
        Assert.Contains(":/var/lib/postgresql/data", Texts(Containers["postgres"]["volumes"]).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_image_runs_as_a_user_of_no_rights_on_a_runtime_that_has_what_the_program_needs()
    {
        var lines = Dockerfile().Split('\n');
        Assert.True(int.Parse(lines.Last(line => line.StartsWith("USER ", StringComparison.Ordinal)).Split(' ')[1], null) > 0);

        var needed = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "sametime.runtimeconfig.json")))!["runtimeOptions"]!;
        var frameworks = (needed["frameworks"]?.AsArray() ?? [needed["framework"]!.DeepClone()]).Select(framework => (string)framework!["name"]!);
        var image = frameworks.Contains("Microsoft.AspNetCore.App") ? "aspnet" : "runtime";
        Assert.Contains($"/{image}:{Environment.Version.Major}.0", lines.Last(line => line.StartsWith("FROM ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [GeneratedRegex(":[0-9]+$")]
    private static partial Regex ElementNumber();

    [GeneratedRegex("PASSWORD|SECRET|TOKEN|_PASS$|COOKIE", RegexOptions.IgnoreCase)]
    private static partial Regex SecretWord();

    private static string Dockerfile() => File.ReadAllText(Path.Combine(Folder, "Dockerfile"));

    private static string[] Of(string command) => [.. Programs.Where(program => Texts(program.Value["command"])[0] == command).Select(program => program.Key)];

    // It does one thing, and whoever needs that waits until it has ended well.
    private static bool EndsByItself(string name) => (string?)Containers[name]["restart"] == "no";

    private static string[] UsersOf(string secret) => [.. Containers.Where(service => Texts(service.Value["secrets"]).Contains(secret)).Select(service => service.Key)];

    // The services that a process links up with.
    private static string[] HubsOf(string name)
    {
        var words = Texts(Containers[name]["command"]);
        return [.. words.Zip(words.Skip(1)).Where(pair => pair.First == "--hub").Select(pair =>
        {
            Assert.EndsWith($":{LinkPort}", pair.Second, StringComparison.Ordinal);
            return pair.Second.Split(':')[0];
        })];
    }

    private static string? Value(string[] words, string option) => words.SkipWhile(word => word != option).Skip(1).FirstOrDefault();

    private static ParseResult Parse(string[] words)
    {
        var line = SettingOverrides.Split(words);
        return new RootCommand { HubCommand.Define(line), ServicesCommand.Define(line), EdgeCommand.Define(line), StatusCommand.Define(), StoreCommand.Define(line) }.Parse(line.Command);
    }

    private static Dictionary<string, string> SettingsOf(JsonNode service)
    {
        const string prefix = "SAMETIME_";
        var settings = SettingOverrides.Split(Texts(service["command"])).Values.ToDictionary(pair => pair.Key, pair => pair.Value!);
        foreach (var (variable, value) in Fields(service["environment"]))
        {
            Assert.StartsWith(prefix, variable, StringComparison.Ordinal);
            settings.Add(variable[prefix.Length..].Replace("__", ":", StringComparison.Ordinal), value);
        }

        return settings;
    }
}
