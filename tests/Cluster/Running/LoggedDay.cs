using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Tests.Kit.Events;

namespace Sametime.Tests.Cluster.Running;

/// <summary>A data folder whose log holds the recorded day and nothing else.</summary>
internal sealed class LoggedDay : IDisposable
{
    private LoggedDay(string folder) => Folder = folder;

    public string Folder { get; }

    public static async Task<LoggedDay> MakeAsync(CancellationToken stop)
    {
        var day = new LoggedDay(Directory.CreateTempSubdirectory("sametime-").FullName);
        var data = new DataDirectory(Path.Combine(day.Folder, "data"));
        data.Create();
        await using var store = await Store.OpenAsync(data, ServerSettings.Load(data, SettingOverrides.Split([])), new EventSource(1, 0), NullLoggerFactory.Instance, stop);
        foreach (var part in RecordedDay.Events().Chunk(10))
            await store.Log.RecordAsync(part, stop);
        return day;
    }

    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>Runs a command on it. The day is long past, and was recorded just now.</summary>
    public Task<ProgramRun> RunAsync(params string[] arguments) =>
        ProgramRun.OfAsync([.. arguments, "--data", File("data"), "--Replay:LateMax=10000.00:00:00"]);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
