using Sametime.Compose.Settings;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Compose.Hosting;

/// <summary>Where the store key lies, and who makes it: the embedded store itself; for a database that many share, a person by command.</summary>
internal static class StoreKeyFile
{
    public static string PathOf(DataDirectory data, ServerSettings settings) =>
        settings.Get<StoreOptions>("Store").KeyFile is { Length: > 0 } file ? file : data.StoreKeyFile;

    /// <summary>The store key. An embedded store that has no keys of persons yet is given a fresh one.</summary>
    /// <exception cref="CommandException">There is none, or it is no key.</exception>
    public static StoreKey Read(DataDirectory data, ServerSettings settings)
    {
        var file = PathOf(data, settings);
        var isEmbedded = settings.Get<StoreOptions>("Store").Kind == StoreKind.Sqlite;
        if (File.Exists(file) || (isEmbedded && !File.Exists(data.SubjectsFile)))
        {
            return Make(data, settings);
        }

        throw new CommandException(ExitCode.Usage, isEmbedded
            ? $"there is no store key {file}, and what is personal in the store cannot be read without it: restore it from its backup"
            : $"there is no store key {file}, which all processes that share the database need alike: copy it from another one, or have sametime store init make the first");
    }

    /// <summary>The store key; a fresh one where there is none.</summary>
    public static StoreKey Make(DataDirectory data, ServerSettings settings) =>
        StoreKey.From(KeyFile.OfStore.Read(PathOf(data, settings), create: true));
}
