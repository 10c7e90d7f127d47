using System.CommandLine;
using Sametime.Compose.ChatLog;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime chatlog verify</c>: whether everything that was captured is there, as it was captured.</summary>
internal static class ChatLogVerifyCommand
{
    public static Command Define(SettingOverrides line)
    {
        var data = CommonOptions.Data();
        var command = new Command("verify", "Check that no captured line is missing or was altered; one line a finding.") { data };
        command.SetAction(async (parsed, stop) =>
        {
            await using var access = await ChatLogAccess.OpenAsync(parsed.GetRequiredValue(data), line, stop);
            var findings = await FindAsync(access.Store, stop);
            foreach (var finding in findings)
            {
                Console.WriteLine(finding);
            }

            if (findings.Count > 0)
            {
                throw new CommandException(ExitCode.Failure, $"the log of conversations is not whole: {findings.Count} {(findings.Count == 1 ? "finding" : "findings")}");
            }

            Console.WriteLine("the log of conversations is whole");
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>A sentence for each fault: an altered or removed line breaks the links; one that never came leaves a gap in the numbers.</summary>
    public static async Task<List<string>> FindAsync(Store store, CancellationToken stop)
    {
        var findings = new List<string>();
        if (store.Log is ILinkedLog linked)
        {
            var links = await linked.VerifyLinksAsync(
                static stream => stream.IsChat || stream.IsOfInterruptedChats || stream == EventStreamName.ChatPolicy, stop);
            findings.AddRange(links.First.Select(fault => $"{fault.Stream}: {(fault.Sequence > 0 ? $"number {fault.Sequence}: " : "")}{Explain(fault.Kind)}"));
            if (links.Faults > findings.Count)
            {
                findings.Add($"and {links.Faults - findings.Count} places more where the links do not hold");
            }
        }

        foreach (var gap in await store.ChatLines.FindGapsAsync(stop))
        {
            findings.Add($"{gap.Stream}: number {gap.From} to {gap.To} are missing, {gap.To - gap.From + 1} in all");
        }

        return findings;
    }

    private static string Explain(LinkFaultKind kind) => kind switch
    {
        LinkFaultKind.Broken => "it was altered, or events before it were removed or moved",
        LinkFaultKind.Missing => "it carries no link",
        LinkFaultKind.TailCut => "its last events are not those that were written",
        _ => "what says where it ends, or what was removed, was not written by this program",
    };
}
