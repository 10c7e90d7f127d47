using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Repository;
using Sametime.Tests.Kit.Servers;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

/// <summary>The published suite as a third party has it: two packages, and a project of his own that knows nothing else of ours.</summary>
[Trait("Mutation", "No")]
[EndsWithin(600)]
public sealed class ProviderPackageTests : IDisposable
{
    // A third party's providers and the classes that derive from the contracts: the doubles in memory, which know Contracts alone.
    private static readonly string[] Sources =
    [
        "tests/Kit/Providers/InMemoryDirectory.cs", "tests/Kit/Providers/InMemoryEventStore.cs", "tests/Kit/Providers/InMemoryUserStorage.cs",
        "tests/Contract/Providers/InMemoryProviderTests.cs",
    ];

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly string _folder = Directory.CreateTempSubdirectory("st-package-").FullName;

    // Where everything else that the project needs lies unpacked, since this test needs it too.
    private static string Known => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task S174_S175_Providers_of_a_third_party_pass_the_suite_by_the_published_packages_alone()
    {
        var feed = Path.Combine(_folder, "feed");
        foreach (var project in new[] { "Contracts", "tests/ProviderSuite" })
            await Tool.RunAsync("dotnet", ["pack", Repo.PathOf(project), "--no-build", "-c", Configuration, "-v", "quiet", "-o", feed], _stop);
        var version = Path.GetFileNameWithoutExtension(Assert.Single(Directory.GetFiles(feed, "Sametime.ProviderSuite.*")))["Sametime.ProviderSuite.".Length..];

        var home = Directory.CreateDirectory(Path.Combine(_folder, "provider")).FullName;
        foreach (var source in Sources)
            File.Copy(Repo.PathOf(source), Path.Combine(home, Path.GetFileName(source)));
        await File.WriteAllTextAsync(Path.Combine(home, "Provider.csproj"), ProjectOf(version, feed), _stop);
        var built = Path.Combine(_folder, "built");
        await Tool.RunAsync("dotnet", ["build", home, "-v", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-o", built], _stop);
        var result = await Tool.RunAsync("dotnet", ["exec", Path.Combine(built, "Provider.dll"), "--progress", "off", "--ansi", "off"], _stop);

        Assert.Contains("failed: 0", result, StringComparison.Ordinal);
        Assert.DoesNotContain("succeeded: 0", result, StringComparison.Ordinal);
    }

    private string ProjectOf(string version, string feed) =>
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>Exe</OutputType>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <UseMicrosoftTestingPlatformRunner>true</UseMicrosoftTestingPlatformRunner>
            <RestorePackagesPath>{Path.Combine(_folder, "packages")}</RestorePackagesPath>
            <RestoreSources>{feed}</RestoreSources>
            <RestoreFallbackFolders>{Known}</RestoreFallbackFolders>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Sametime.ProviderSuite" Version="{version}" />
            <PackageReference Include="xunit.v3" Version="4.0.2" />
          </ItemGroup>
        </Project>
        """;
}
