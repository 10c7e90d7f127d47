using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Sametime.Compose.Control;
using Sametime.Compose.Hosting;
using Spectre.Console;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime top</c>: who sends most right now, by login and by channel, from two looks at the hubs a second apart.</summary>
internal static class TopCommand
{
    private const int RowsByDefault = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static Command Define()
    {
        var data = CommonOptions.Data();
        var count = new Option<int>("--count") { Description = "Rows of each table", DefaultValueFactory = _ => RowsByDefault };
        var command = new Command("top", "Show the busiest logins and channels of the hubs in a data folder.") { data, count };
        command.SetAction(async (parsed, stop) =>
        {
            var directory = new DataDirectory(parsed.GetRequiredValue(data));
            var question = new StatusQuestion(Listings: true).ToString();
            var before = BusyChannel.ReadAll(await StatusCommand.AskAsync(directory, question, stop));
            await Task.Delay(Interval, stop);
            var now = BusyChannel.ReadAll(await StatusCommand.AskAsync(directory, question, stop));

            var channels = now.Select(channel => (channel.Key, channel.Value, Rate: channel.Value.Messages - (before.GetValueOrDefault(channel.Key)?.Messages ?? 0))).ToArray();
            Show("channels", "channel", channels.Select(entry => ($"{entry.Value.Creator} > {entry.Value.Acceptor} {entry.Value.Service}", entry.Rate)), parsed.GetValue(count));
            Show("logins", "login", channels
                .SelectMany(entry => new[] { (Login: entry.Value.Creator, entry.Rate), (Login: entry.Value.Acceptor, entry.Rate) })
                .GroupBy(end => end.Login)
                .Select(login => (login.Key, login.Sum(end => end.Rate))), parsed.GetValue(count));
            return ExitCode.Success;
        });
        return command;
    }

    private static void Show(string title, string what, IEnumerable<(string Name, long Rate)> entries, int count)
    {
        var table = new Table().Title(title).AddColumns(what, "messages a second");
        foreach (var (name, rate) in entries.Where(entry => entry.Rate > 0).OrderByDescending(entry => entry.Rate).Take(count))
        {
            table.AddRow(Markup.Escape(name), (rate / Interval.TotalSeconds).ToString("0", CultureInfo.InvariantCulture));
        }

        AnsiConsole.Write(table);
    }

    /// <summary>A channel of a hub's listing, as far as it matters here.</summary>
    private sealed record BusyChannel(string Creator, string Acceptor, string Service, long Messages)
    {
        public static Dictionary<string, BusyChannel> ReadAll(JsonObject answers)
        {
            var channels = new Dictionary<string, BusyChannel>();
            foreach (var listed in answers.SelectMany(answer => answer.Value?["hub"]?["channels"] as JsonArray ?? []))
            {
                var hops = listed!["hops"]!.AsArray();
                var (creator, acceptor) = (hops[0]!, hops[^1]!);
                channels[$"{creator["name"]} {creator["channel"]}"] = new BusyChannel(
                    creator["name"]!.ToString(), acceptor["name"]!.ToString(), listed["service"]!.ToString(), listed["messages"]!.GetValue<long>());
            }

            return channels;
        }
    }
}
