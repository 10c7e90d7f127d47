namespace Sametime.Tests.Trials.Disks;

/// <summary>Surroundings in which a process believes that it has waited for the disk, and has not (libeatmydata).</summary>
internal static class NoSync
{
    private const string Library = "libeatmydata.so";

    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string> { ["LD_PRELOAD"] = Library };
}
