using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

[Collection(nameof(WholeProcess))]
public sealed class SettingsOrderTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("sametime-unit-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void The_environment_outweighs_the_file_and_not_the_command_line()
    {
        const string First = "SAMETIME_Ldap__Servers__7__Uri", Second = "SAMETIME_Ldap__Servers__8__Uri", Tests = "SAMETIME_TEST_Of_settings";
        File.WriteAllText(Path.Combine(_path, "sametime.json"), """{ "Ldap:Servers:7:Uri": "file", "Ldap:Servers:8:Uri": "file", "Ldap:Servers:9:Uri": "file" }""");
        try
        {
            foreach (var name in (string[])[First, Second, Tests])
                Environment.SetEnvironmentVariable(name, "environment");
            var settings = ServerSettings.Load(new DataDirectory(_path), SettingOverrides.Split(["--Ldap:Servers:8:Uri=line"])).Configuration;
            Assert.Equal(["environment", "line", "file"], new[] { 7, 8, 9 }.Select(server => settings[$"Ldap:Servers:{server}:Uri"]));
        }
        finally
        {
            foreach (var name in (string[])[First, Second, Tests])
                Environment.SetEnvironmentVariable(name, null);
        }
    }
}
