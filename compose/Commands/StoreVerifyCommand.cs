using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Hub;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime store verify</c>: whether the current values are those that the events make, and whether anybody changed the log.</summary>
internal static class StoreVerifyCommand
{
    public static Command Define(SettingOverrides line)
    {
        var data = CommonOptions.Data();
        var command = new Command("verify", "Fold every current value anew from the events and compare, and walk along the links of the log.") { data };
        command.SetAction(async (parsed, stop) =>
        {
            var folder = new DataDirectory(parsed.GetRequiredValue(data));
            var settings = ServerSettings.Load(folder, line);
            if (!Store.Exists(folder, settings))
            {
                throw new CommandException(ExitCode.NoSuchThing, $"there is no store in {folder.Path}");
            }

            await using var store = await Store.OpenAsync(
                folder, settings, new EventSource(settings.Get<HubOptions>("Hub").Number, Incarnation: 0), NullLoggerFactory.Instance, stop);
            var links = await store.Checks.VerifyLinksAsync(null, stop);
            Show(links);

            if (!links.IsWhole)
            {
                Console.WriteLine("the current values are not compared with events that are not as they were written");
                return ExitCode.Failure;
            }

            var areEqual = true;
            foreach (var check in await store.Checks.CompareAsync(stop))
            {
                areEqual &= check.Differences == 0;
                Console.WriteLine(check.Differences == 0
                    ? $"{check.Table}: {check.Rows} rows, as the events make them"
                    : $"{check.Table}: {check.Differences} rows differ from what the events make");
            }

            return areEqual ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    private static void Show(LinkReport links)
    {
        foreach (var fault in links.First)
        {
            var where = fault.Position == 0 ? $"stream {fault.Stream}" : $"position {fault.Position} (stream {fault.Stream}, number {fault.Sequence})";
            Console.WriteLine($"links: {where}: {Explain(fault.Kind)}");
        }

        Console.WriteLine(links.IsWhole
            ? $"links: {links.Events} events in {links.Streams} streams, each follows from the one before it"
            : $"links: {links.Events} events in {links.Streams} streams, {links.Faults} of them not as they were written");
        if (links.Removed > 0)
        {
            Console.WriteLine($"links: {links.Removed} events were removed in order");
        }

        if (links.Unlinked > 0)
        {
            Console.WriteLine($"links: {links.Unlinked} events of an earlier version carry no link; sametime store migrate links them");
        }
    }

    private static string Explain(LinkFaultKind kind) => kind switch
    {
        LinkFaultKind.Broken => "it was altered, or events before it were removed or moved",
        LinkFaultKind.Missing => "it carries no link",
        LinkFaultKind.TailCut => "its last events are not those that were written",
        LinkFaultKind.Forged => "what says where it ends, or what was removed, was not written by this program",
        _ => kind.ToString(),
    };
}
