using System.Collections;
using System.Globalization;
using Sametime.Compose.Settings;
using Sametime.Tests.Kit.Repository;
using Xunit;

namespace Sametime.Tests.Unit.Conventions;

/// <summary>docs/configuration.md against the options classes.</summary>
public class SettingsDocumentTests
{
    [Fact]
    public void Every_setting_is_documented_with_its_default_and_no_other_is()
    {
        var documented = File.ReadLines(Repo.PathOf("docs", "configuration.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(cells => cells[1].Trim('`'), cells => (Default: cells[2], Meaning: cells[3]));
        var (expected, actual) = (
            SettingCatalogue.Keys.Select(key => $"{key.Name} {Show(key)}").ToArray(), documented.Select(entry => $"{entry.Key} {entry.Value.Default}").ToArray());
        Assert.Empty(expected.Except(actual));
        Assert.Empty(actual.Except(expected));
        Assert.All(documented, entry => Assert.True(entry.Value.Meaning.Length > 0, $"{entry.Key} says nothing"));
    }

    private static string Show(SettingKey key) => key.Name == "Passwords:HashesRunningMax" ? "cores - 1" : key.Default switch
    {
        null or "" => "none",
        string text => text,
        IEnumerable list when !list.GetEnumerator().MoveNext() => "none",
        IEnumerable list => string.Join(", ", list.Cast<object>()),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        var value => value.ToString()!,
    };
}
