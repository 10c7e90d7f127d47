using System.Reflection;
using Microsoft.Extensions.Logging;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;

namespace Sametime.Compose.Providers;

/// <summary>Loads the assemblies that the settings name and lets their modules register. Whatever is wrong is one clear sentence at the start.</summary>
internal static partial class ProviderLoader
{
    private static readonly AssemblyName Contracts = typeof(IProviderModule).Assembly.GetName();

    /// <exception cref="CommandException">An assembly is not there, is none, or does not fit this server.</exception>
    public static ProviderRegistry Load(DataDirectory data, ServerSettings settings, TimeProvider time, ILoggerFactory logs)
    {
        var options = settings.Get<ProvidersOptions>("Providers");
        var registry = new ProviderRegistry(data, options, time, logs);
        foreach (var named in options.Assemblies)
        {
            var file = Path.GetFullPath(named, data.Path);
            try
            {
                Register(file, registry, logs.CreateLogger("Sametime.Providers"));
            }
            catch (Exception failure)
            {
                // Somebody else's code may fail in any way; an exception of the reflection around it says nothing.
                var why = failure is TargetInvocationException { InnerException: { } inner } ? inner.Message : failure.Message;
                throw new CommandException(ExitCode.Usage, $"Providers:Assemblies: {file} cannot be used: {why.TrimEnd('.')}");
            }
        }

        return registry;
    }

    /// <summary>
    /// Why a module that was built with a version of the contracts cannot be used with another; null when it can. Before 1.0 each minor version
    /// may change anything; from then on a newer server takes what was built for an older one of the same major version.
    /// </summary>
    public static string? Mismatch(Version built, Version ours)
    {
        var fits = built.Major == ours.Major && (ours.Major == 0 ? built.Minor == ours.Minor : built.Minor <= ours.Minor);
        return fits ? null : $"it was built for version {built.ToString(2)} of {Contracts.Name}, and this server has {ours.ToString(2)}";
    }

    private static void Register(string file, ProviderRegistry registry, ILogger log)
    {
        if (!File.Exists(file))
            throw new InvalidOperationException("there is no such file");
        var assembly = Open(file);
        var built = assembly.GetReferencedAssemblies().FirstOrDefault(used => used.Name == Contracts.Name)?.Version
            ?? throw new InvalidOperationException($"it does not use {Contracts.Name}, so there can be no provider in it");
        if (Mismatch(built, Contracts.Version!) is { } mismatch)
            throw new InvalidOperationException(mismatch);

        var modules = assembly.GetExportedTypes().Where(static type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IProviderModule))).ToList();
        if (modules.Count == 0)
            throw new InvalidOperationException($"it has no public class that is an {nameof(IProviderModule)}");
        foreach (var type in modules)
        {
            if (type.GetConstructor(Type.EmptyTypes) is null)
                throw new InvalidOperationException($"its module {type.Name} has no public constructor without parameters");
            ((IProviderModule)Activator.CreateInstance(type)!).Register(registry);
            LogLoaded(log, type.FullName!, file);
        }
    }

    private static Assembly Open(string file)
    {
        try
        {
            return new ProviderLoadContext(file).LoadFromAssemblyPath(file);
        }
        catch (BadImageFormatException)
        {
            throw new InvalidOperationException("it is no .NET assembly");
        }
    }

    [LoggerMessage(EventId = 1561, EventName = "providers.loaded", Level = LogLevel.Information,
        Message = "Providers of {Module} in {File} are in use")]
    private static partial void LogLoaded(ILogger log, string module, string file);
}
