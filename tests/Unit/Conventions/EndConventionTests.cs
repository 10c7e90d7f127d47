using System.Reflection;
using System.Xml.Linq;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Repository;
using Xunit;

namespace Sametime.Tests.Unit.Conventions;

/// <summary>Every project of tests has the ends of <c>tests/Kit/Ends</c>.</summary>
[Trait("Mutation", "No")]
public class EndConventionTests
{
    [Fact]
    public void This_project_has_them() => Assert.NotNull(typeof(EndConventionTests).Assembly.GetCustomAttribute<TestsEndAttribute>());

    [Fact]
    public void Whatever_runs_tests_has_them_from_the_same_place_as_this_project()
    {
        // The attribute comes with the runner from tests/Directory.Build.props, and is found in the Kit.
        var shared = XDocument.Load(Repo.PathOf("tests", "Directory.Build.props"));
        var given = Assert.Single(shared.Descendants("AssemblyAttribute"));
        Assert.Equal(typeof(TestsEndAttribute).FullName, given.Attribute("Include")!.Value);
        Assert.Equal("'$(UseMicrosoftTestingPlatformRunner)' == 'true'", given.Parent!.Attribute("Condition")!.Value);

        var projects = Repo.Files("tests", "*.csproj").Select(file => (File: file, Xml: XDocument.Load(Repo.PathOf(file))))
            .Where(project => Included(project.Xml, "PackageReference").Contains("xunit.v3")).ToArray();
        Assert.Contains("tests/Unit/Unit.csproj", projects.Select(project => project.File));
        Assert.All(projects, project =>
        {
            Assert.Equal("true", Assert.Single(project.Xml.Descendants("UseMicrosoftTestingPlatformRunner")).Value);
            Assert.Contains(Included(project.Xml, "ProjectReference"), reference => reference.EndsWith("/Kit/Kit.csproj", StringComparison.Ordinal));
            Assert.Empty(project.Xml.Descendants("AssemblyAttribute"));
        });
        Assert.Single(Repo.Files("tests", "Directory.Build.*"));
    }

    private static string[] Included(XDocument project, string kind) => [.. project.Descendants(kind).Select(item => item.Attribute("Include")!.Value)];
}
