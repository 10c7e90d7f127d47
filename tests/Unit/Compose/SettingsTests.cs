using Sametime.Compose;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Edge;
using Sametime.Edge.Limits;
using Sametime.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

public sealed class SettingsTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("sametime-unit-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void Overrides_are_taken_out_of_the_command_line_and_the_rest_stays()
    {
        var line = SettingOverrides.Split(["up", "--Edge:Port=99", "--data", "a:b=c", "--port=7"]);
        Assert.Equal(["up", "--data", "a:b=c", "--port=7"], line.Command);
        Assert.Equal("99", line.Values["edge:port"]);
    }

    [Fact]
    public void The_command_line_outweighs_the_file()
    {
        File.WriteAllText(Path.Combine(_path, "sametime.json"), """{ "Edge": { "Port": 1, "Name": "from file" }, "Edge:Limits:ConnectionsMax": 5 }""");
        var settings = Load("--Edge:Port=2");
        Assert.Equal(2, settings.Get<EdgeOptions>("Edge").Port);
        Assert.Equal("from file", settings.Get<EdgeOptions>("Edge").Name);
        Assert.Equal(5, settings.Get<LimitsOptions>("Edge:Limits").ConnectionsMax);
    }

    [Fact]
    public void A_part_of_a_rate_can_be_set_and_the_other_keeps_its_default()
    {
        var rate = Load("--Hub:Limits:InstantMessages:PerSecond=77").Get<HubOptions>("Hub").Limits.InstantMessages;
        Assert.Equal((77, new HubLimits().InstantMessages.Burst), (rate.PerSecond, rate.Burst));
    }

    [Theory]
    [InlineData("--Edge:Prot=1", "there is no setting Edge:Prot")]
    [InlineData("--Edge:Port=many", "number")]
    [InlineData("--Edge:Tls=Perhaps", "Preferred")]
    [InlineData("--Link:PingInterval=soon", "hh:mm:ss")]
    [InlineData("--Hub:SingleMachineRule=maybe", "true or false")]
    [InlineData("--Hub:Limits:ChannelsPerLogin=-1", "number")]
    [InlineData("--Link:PingInterval=-00:00:01", "hh:mm:ss")]
    [InlineData("--Edge:Limits:FrameBytesMax=16777216", "above 4032 KiB")]
    [InlineData("--Edge:ListenAddress=everywhere", "no IP address")]
    [InlineData("--Edge:Port=70000", "no port")]
    [InlineData("--Trust:Edges:0=everywhere", "Trust:Edges")]
    [InlineData("--Trust:Applications:0=everywhere", "Trust:Applications")]
    [InlineData("--Unsafe:IpOnlyEdges:0=everywhere", "Unsafe:IpOnlyEdges")]
    [InlineData("--Legacy:AllowFrom:0=everywhere", "Legacy:AllowFrom")]
    [InlineData("--Store:Kind=Paper", "Sqlite, Postgres")]
    [InlineData("--Store:Kind=Postgres", "Postgres:Connection")]
    [InlineData("--Postgres:Password=secret", "Postgres:PasswordFile")]
    [InlineData("--postgres:connection=Host=x;Password=secret", "Postgres:PasswordFile")]
    public void A_setting_nobody_knows_or_can_read_is_a_clear_error(string argument, string says)
    {
        var refusal = Assert.Throws<CommandException>(() => Load(argument));
        Assert.Equal(ExitCode.Usage, refusal.ExitCode);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_JSON_is_a_clear_error()
    {
        File.WriteAllText(Path.Combine(_path, "sametime.json"), "{ not json");
        Assert.Contains("sametime.json", Assert.Throws<CommandException>(() => Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_said_at_once() => Assert.Equal(2, Assert.Throws<CommandException>(() => Load("--Edge:Prot=1", "--Log:Level=Nope"))
        .Message.Split(Environment.NewLine).Length);

    private ServerSettings Load(params string[] arguments) => ServerSettings.Load(new DataDirectory(_path), SettingOverrides.Split(arguments));
}
