using Microsoft.Extensions.Configuration;
using Sametime.Compose.Hosting;
using Sametime.Services.Providers.Marten;

namespace Sametime.Compose.Settings;

/// <summary>
/// All settings of a process, from the least to the most important: the defaults in the options classes, sametime.json in the
/// data directory, the environment (SAMETIME_Section__Key), the command line (--Section:Key=value).
/// </summary>
internal sealed class ServerSettings
{
    private const string EnvironmentPrefix = "SAMETIME_";

    // Where the tests find their servers is told in the same environment, and is nothing that is set here.
    private const string TestPrefix = "TEST_";

    private ServerSettings(IConfigurationRoot configuration) => Configuration = configuration;

    public IConfigurationRoot Configuration { get; }

    /// <summary>Reads all sources and refuses what no part knows or can read.</summary>
    /// <exception cref="CommandException">Says every fault found, one a line.</exception>
    public static ServerSettings Load(DataDirectory data, SettingOverrides line)
    {
        var settings = Read(data, line);
        var faults = settings.Faults().ToArray();
        return faults.Length == 0 ? settings : throw new CommandException(ExitCode.Usage, string.Join(Environment.NewLine, faults));
    }

    /// <summary>Reads all sources as they are; <see cref="Faults"/> tells what is wrong with them.</summary>
    public static ServerSettings Read(DataDirectory data, SettingOverrides line)
    {
        RefuseSecrets(line);
        try
        {
            return new(new ConfigurationBuilder()
                .AddJsonFile(data.SettingsFile, optional: true)
                .AddEnvironmentVariables(EnvironmentPrefix)
                .AddInMemoryCollection(line.Values)
                .Build());
        }
        catch (InvalidDataException e)
        {
            throw new CommandException(ExitCode.Usage, $"{data.SettingsFile} is not valid JSON: {e.InnerException?.Message ?? e.Message}");
        }
    }

    /// <summary>The options of a section: its defaults, and over them what is set.</summary>
    public T Get<T>(string section)
        where T : class, new()
    {
        var options = new T();
        Configuration.GetSection(section).Bind(options);
        return options;
    }

    /// <summary>Every setting that no part knows, every value that cannot be read, and every rule that they break together, as a sentence each.</summary>
    public IEnumerable<string> Faults()
    {
        var isReadable = true;
        var known = SettingCatalogue.Keys.ToDictionary(key => key.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in Configuration.AsEnumerable().Where(pair => pair.Value is not null && !pair.Key.StartsWith(TestPrefix, StringComparison.Ordinal)))
        {
            if (!known.TryGetValue(ListName(name), out var key))
            {
                isReadable = false;
                yield return $"there is no setting {name}";
            }
            else if (!SettingCatalogue.CanRead(key, name, value!))
            {
                isReadable = false;
                yield return $"{name} cannot be '{value}': {SettingCatalogue.Describe(key.Type)} is needed";
            }
        }

        // Options are put together from good values only.
        foreach (var broken in isReadable ? SettingRules.Broken(this) : [])
        {
            yield return broken;
        }
    }

    // A command line can be read by everybody on the machine, and stays in the history of the shell.
    private static void RefuseSecrets(SettingOverrides line)
    {
        var given = line.Values.Where(pair =>
            pair.Key.Equals("Postgres:Password", StringComparison.OrdinalIgnoreCase)
            || (ListName(pair.Key).Equals("Ldap:Servers:N:BindPassword", StringComparison.OrdinalIgnoreCase) && pair.Value?.Length > 0)
            || (pair.Key.Equals("Postgres:Connection", StringComparison.OrdinalIgnoreCase) && PostgresOptions.HasPassword(pair.Value ?? "")));
        foreach (var (name, _) in given)
        {
            var (file, variable) = name.StartsWith("Postgres", StringComparison.OrdinalIgnoreCase)
                ? ("Postgres:PasswordFile", "Postgres__Password")
                : ($"{name}File", name.Replace(":", "__", StringComparison.Ordinal));
            throw new CommandException(ExitCode.Usage,
                $"{name} may not hold a password on a command line: use {file}, sametime.json or {EnvironmentPrefix}{variable}");
        }
    }

    // The elements of a list are set as Section:Key:0, Section:Key:1 ... and where they have keys of their own as Section:Key:0:Inner.
    private static string ListName(string name)
    {
        var parts = name.Split(':');
        if (parts.Length > 1 && IsNumber(parts[^1]))
        {
            parts = parts[..^1];
        }

        return string.Join(':', parts.Select(part => IsNumber(part) ? SettingSection.AnyNumber : part));

        static bool IsNumber(string part) => int.TryParse(part, out _);
    }
}
