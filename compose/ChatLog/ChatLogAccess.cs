using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Hub;

namespace Sametime.Compose.ChatLog;

/// <summary>The log of conversations of a data folder, opened by a person, whether or not a server runs on it.</summary>
internal sealed class ChatLogAccess(Store store) : IAsyncDisposable
{
    public Store Store => store;

    /// <summary>Who he is; what he does is stated under this name.</summary>
    public static string Actor => Environment.UserName;

    public static async Task<ChatLogAccess> OpenAsync(string folder, SettingOverrides line, CancellationToken stop)
    {
        var data = new DataDirectory(folder);
        var settings = ServerSettings.Load(data, line);
        if (!Store.Exists(data, settings))
        {
            throw new CommandException(ExitCode.NoSuchThing, $"there is no community in {data.Path}, so nothing was said in it");
        }

        var source = new EventSource(settings.Get<HubOptions>("Hub").Number, Incarnation: 0);
        return new ChatLogAccess(await Store.OpenAsync(data, settings, source, NullLoggerFactory.Instance, stop));
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
