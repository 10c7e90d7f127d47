using Microsoft.Extensions.Logging;

namespace Sametime.Contracts.Providers;

/// <summary>
/// What an assembly of a third party exports to bring providers along: a public class with a constructor without parameters. The server
/// makes one when it starts, if the setting <c>Providers:Assemblies</c> names the assembly, and calls <see cref="Register"/> once.
/// </summary>
public interface IProviderModule
{
    /// <summary>Makes the providers and hands them over. What it throws ends the start of the server, with its message as the sentence why.</summary>
    void Register(IProviderRegistry registry);
}

/// <summary>Takes providers, and offers what making them needs.</summary>
public interface IProviderRegistry
{
    /// <summary>The data folder of the server.</summary>
    string DataFolder { get; }

    /// <summary>The time of the server.</summary>
    TimeProvider Time { get; }

    /// <summary>Where providers log; never a password or token.</summary>
    ILoggerFactory Logs { get; }

    /// <summary>What <c>Providers:Settings</c> has under a name, as one line <c>name=value</c>; null when it has nothing.</summary>
    string? FindSetting(string name);

    /// <summary>
    /// Adds a provider, under the interface that names its kind:
    /// <list type="bullet">
    /// <item><see cref="IAuthenticationProvider"/>: asked besides the server's own; any number.</item>
    /// <item><see cref="IBrowseProvider"/>: any number, each a book that clients page through.</item>
    /// <item><see cref="IUserDirectory"/>, <see cref="IResolveProvider"/>, <see cref="IGroupProvider"/>, <see cref="IUserStorageProvider"/>,
    /// <see cref="IPrivacyProvider"/>: takes the place of the server's own; one of each.</item>
    /// </list>
    /// It is disposed when the server ends, if it can be.
    /// </summary>
    /// <exception cref="InvalidOperationException">This server knows no such kind, or has one already.</exception>
    void Add<TProvider>(TProvider provider)
        where TProvider : class;
}
