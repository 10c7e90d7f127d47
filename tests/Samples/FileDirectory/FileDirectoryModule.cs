using Sametime.Contracts.Providers;

namespace FileDirectory;

/// <summary>
/// A sample of what a third party writes: a directory in a text file, and badges as tokens. To use it, build it and set
/// <code>
/// Providers:Assemblies:0 = /path/to/FileDirectory.dll
/// Providers:Settings:0   = people=/path/to/people.txt
/// </code>
/// The file has a line a person: id, display name, groups (separated by commas), SHA-256 of the badge; with | between them.
/// </summary>
public sealed class FileDirectoryModule : IProviderModule
{
    public void Register(IProviderRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var file = registry.FindSetting("people") ?? throw new InvalidOperationException("FileDirectory needs the setting people=FILE");
        var people = new PeopleFile(Path.GetFullPath(file, registry.DataFolder));
        registry.Add<IUserDirectory>(people);
        registry.Add<IGroupProvider>(people);
        registry.Add<IResolveProvider>(people);
        registry.Add<IAuthenticationProvider>(new BadgeReader(people));
    }
}
