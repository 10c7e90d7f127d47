using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Hub;
using Sametime.Services.Replay;

namespace Sametime.Compose.Extracts;

/// <summary>The log of a data folder, opened by a person: whoever can read its keys. Everything that is taken out of it is stated in it.</summary>
internal sealed class LogAccess(Store store, ServerSettings settings) : IAsyncDisposable
{
    public ServerSettings Settings => settings;

    public static async Task<LogAccess> OpenAsync(string folder, SettingOverrides line, CancellationToken stop)
    {
        var data = new DataDirectory(folder);
        var settings = ServerSettings.Load(data, line);
        if (!Store.Exists(data, settings))
        {
            throw new CommandException(ExitCode.NoSuchThing, $"there is no community in {data.Path}, so there is no log");
        }

        var source = new EventSource(settings.Get<HubOptions>("Hub").Number, Incarnation: 0);
        return new LogAccess(await Store.OpenAsync(data, settings, source, NullLoggerFactory.Instance, stop), settings);
    }

    /// <summary>A replay by this person.</summary>
    public LogReplay Replay(string command, double? speed = null, Bookmark? bookmark = null, Action<ReplayProgress>? onProgress = null) =>
        new(store.Log, store.Events, settings.Get<ReplayOptions>("Replay"), TimeProvider.System)
        {
            Actor = Environment.UserName,
            Command = command,
            Speed = speed,
            Bookmark = bookmark,
            OnProgress = onProgress,
        };

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
