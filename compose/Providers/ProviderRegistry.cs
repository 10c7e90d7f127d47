using Microsoft.Extensions.Logging;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;

namespace Sametime.Compose.Providers;

/// <summary>What modules have registered, by kind.</summary>
internal sealed class ProviderRegistry(DataDirectory data, ProvidersOptions options, TimeProvider time, ILoggerFactory logs) : IProviderRegistry, IAsyncDisposable
{
    // Several of these are asked one after the other; of any other kind there is one.
    private static readonly Type[] Several = [typeof(IAuthenticationProvider), typeof(IBrowseProvider)];

    private static readonly Type[] Single =
    [
        typeof(IUserDirectory), typeof(IResolveProvider), typeof(IGroupProvider), typeof(IUserStorageProvider), typeof(IPrivacyProvider),
    ];

    private readonly List<(Type Kind, object Provider)> _providers = [];

    public string DataFolder => data.Path;

    public TimeProvider Time => time;

    public ILoggerFactory Logs => logs;

    public string? FindSetting(string name) => options.Settings
        .Where(line => line.StartsWith($"{name}=", StringComparison.Ordinal))
        .Select(line => line[(name.Length + 1)..])
        .FirstOrDefault();

    public void Add<TProvider>(TProvider provider)
        where TProvider : class
    {
        ArgumentNullException.ThrowIfNull(provider);
        var kind = typeof(TProvider);
        if (!Several.Contains(kind) && !Single.Contains(kind))
            throw new InvalidOperationException($"this server takes no {kind.Name} from others; it takes {string.Join(", ", Several.Concat(Single).Select(known => known.Name))}");
        if (Single.Contains(kind) && _providers.Any(known => known.Kind == kind))
            throw new InvalidOperationException($"there is another {kind.Name} already, and there can be one only");
        _providers.Add((kind, provider));
    }

    /// <summary>The one provider of a kind, or null.</summary>
    public TProvider? Find<TProvider>()
        where TProvider : class => All<TProvider>() is [var first, ..] ? first : null;

    /// <summary>All providers of a kind, in the order in which they were registered.</summary>
    public IReadOnlyList<TProvider> All<TProvider>()
        where TProvider : class => [.. _providers.Where(known => known.Kind == typeof(TProvider)).Select(known => (TProvider)known.Provider)];

    public async ValueTask DisposeAsync()
    {
        // One object may be registered under several kinds.
        foreach (var provider in _providers.Select(known => known.Provider).Distinct().Reverse())
        {
            if (provider is IAsyncDisposable closing)
                await closing.DisposeAsync();
            else
                (provider as IDisposable)?.Dispose();
        }
    }
}
