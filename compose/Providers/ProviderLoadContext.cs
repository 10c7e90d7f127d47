using System.Reflection;
using System.Runtime.Loader;

namespace Sametime.Compose.Providers;

/// <summary>
/// Where the assembly of a module and what it brings along are loaded. What the server has itself, above all its contracts, is the server's:
/// an interface loaded twice would be two interfaces.
/// </summary>
internal sealed class ProviderLoadContext(string file) : AssemblyLoadContext($"providers of {Path.GetFileName(file)}")
{
    private readonly AssemblyDependencyResolver _resolver = new(file);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        try
        {
            return Default.LoadFromAssemblyName(assemblyName);
        }
        catch (Exception absent) when (absent is FileNotFoundException or FileLoadException)
        {
            return _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
        }
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
