using System.CommandLine;
using Sametime.Compose.Settings;

namespace Sametime.Compose.Commands;

/// <summary><c>sametime store</c>: what an operator does with the store beside the server.</summary>
internal static class StoreCommand
{
    public static Command Define(SettingOverrides line) => new("store", "Make, bring up to date and check what the community keeps.")
    {
        StoreInitCommand.Define(line),
        StoreMigrateCommand.Define(line),
        StoreVerifyCommand.Define(line),
        StoreRetainCommand.Define(line),
    };
}
