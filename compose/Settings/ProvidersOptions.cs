namespace Sametime.Compose.Settings;

/// <summary>Providers that others have written. Bound from the section <c>Providers</c>.</summary>
internal sealed class ProvidersOptions
{
    /// <summary>Files of assemblies with provider modules; a path that is not rooted begins in the data folder.</summary>
    public IReadOnlyList<string> Assemblies { get; set; } = [];

    /// <summary>What the modules ask for, each as name=value; their own documents say what.</summary>
    public IReadOnlyList<string> Settings { get; set; } = [];
}
