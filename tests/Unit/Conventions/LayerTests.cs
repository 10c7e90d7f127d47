using System.Text.RegularExpressions;
using Sametime.Tests.Kit.Repository;
using Xunit;

namespace Sametime.Tests.Unit.Conventions;

/// <summary>The arrows of ARCHITECTURE.md, read from project files and sources.</summary>
[Trait("Mutation", "No")]
public partial class LayerTests
{
    private static readonly string[] Parts = ["Edge", "Hub", "Services", "Federation"];

    [Fact]
    public void Contracts_uses_no_other_part() => Assert.Empty(ReferencesOf("Contracts"));

    [Fact]
    public void The_broker_carriers_use_Contracts_alone_and_only_the_program_uses_them()
    {
        Assert.Equal(["Contracts"], ReferencesOf("Contracts/Broker"));
        Assert.Contains("Broker", ReferencesOf("compose"));
    }

    [Theory]
    [InlineData("Edge")]
    [InlineData("Hub")]
    [InlineData("Services")]
    [InlineData("Federation")]
    public void A_part_uses_Contracts_and_no_other_part(string part)
    {
        Assert.Equal(["Contracts"], ReferencesOf(part));
        foreach (var file in Repo.Files(part, "*.cs"))
        {
            var text = File.ReadAllText(Repo.PathOf(file));
            foreach (var other in Parts.Where(other => other != part))
            {
                Assert.False(text.Contains($"using Sametime.{other}", StringComparison.Ordinal), $"{file} uses {other}");
            }
        }
    }

    [Fact]
    public void One_server_application_never_uses_another()
    {
        var applications = Directory.GetDirectories(Repo.PathOf("Services")).Select(Path.GetFileName)
            .Where(name => name is not ("bin" or "obj" or "Providers")).ToArray();
        Assert.NotEmpty(applications);
        foreach (var application in applications)
        {
            foreach (var file in Repo.Files($"Services/{application}", "*.cs"))
            {
                var used = UsedService().Matches(File.ReadAllText(Repo.PathOf(file))).Select(m => m.Groups[1].Value);
                Assert.All(used, name => Assert.True(name == application || name == "Providers", $"{file} uses Services/{name}"));
            }
        }
    }

    [Fact]
    public void Nor_does_its_code_by_a_name_that_needs_no_using()
    {
        const string services = "Sametime.Services.";
        var applications = Directory.GetDirectories(Repo.PathOf("Services")).Select(Path.GetFileName).Where(name => name != "Providers").ToHashSet();
        var uses = UsedTypes.In(typeof(global::Sametime.Services.Users.UsersService).Assembly)
            .Select(use => (use.User, Own: ApplicationOf(use.User), use.Used, Other: ApplicationOf(use.Used)))
            .Where(use => applications.Contains(use.Own)).ToList();

        Assert.Contains(uses, use => use.Own == use.Other);
        Assert.Contains(uses, use => use.Other == "Providers");
        Assert.Empty(uses.Where(use => use.Own != use.Other && applications.Contains(use.Other)).Select(use => $"{use.User} uses {use.Used}").Distinct());

        static string ApplicationOf(Type type) => type.Namespace is { } name && name.StartsWith(services, StringComparison.Ordinal) ? name[services.Length..].Split('.')[0] : "";
    }

    [Fact]
    public void The_hub_knows_neither_directory_nor_store()
    {
        // S176: authentication is the Users application's; the hub asks it over a link.
        foreach (var file in Repo.Files("Hub", "*.cs"))
        {
            Assert.DoesNotContain("Contracts.Providers", File.ReadAllText(Repo.PathOf(file)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Hub_and_buddy_list_own_no_socket_thread_or_clock()
    {
        string[] forbidden = ["System.Net.Sockets", "new Thread(", "Task.Run(", "Task.Delay(", "new Timer(", "Stopwatch.", "TimeProvider.System"];
        foreach (var file in Repo.Files("Hub", "*.cs").Concat(Repo.Files("Services/BuddyList", "*.cs")))
        {
            var text = File.ReadAllText(Repo.PathOf(file));
            Assert.All(forbidden, word => Assert.False(text.Contains(word, StringComparison.Ordinal), $"{file} has {word}"));
        }
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Repo.PathOf("Sametime.sln")).Replace('\\', '/');
        Assert.All(Repo.Files(".", "*.csproj"), project => Assert.Contains(project, solution, StringComparison.Ordinal));
    }

    private static string[] ReferencesOf(string project) =>
        [.. ProjectReference().Matches(File.ReadAllText(Repo.PathOf(project, Path.GetFileName(project) + ".csproj"))).Select(m => m.Groups[1].Value)];

    [GeneratedRegex("""ProjectReference Include="[^"]*/([A-Za-z]+)\.csproj""")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"using (?:static )?Sametime\.Services\.([A-Za-z]+)")]
    private static partial Regex UsedService();
}
