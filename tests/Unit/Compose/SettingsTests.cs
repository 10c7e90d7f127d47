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
    private const string Ldap = "--Ldap:Servers:0:Uri=ldaps://x --Ldap:Servers:0:BaseDn=dc=x";

    private readonly string _path = Directory.CreateTempSubdirectory("sametime-unit-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void Overrides_are_taken_out_of_the_command_line_and_the_rest_stays()
    {
        var line = SettingOverrides.Split(["up", "--Edge:Port=99", "--data", "a:b=c", "--data=a:b", "--port=7"]);
        Assert.Equal(["up", "--data", "a:b=c", "--data=a:b", "--port=7"], line.Command);
        Assert.Equal("99", Assert.Single(line.Values).Value);
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
    [InlineData("--Edge:Port=65536", "no port")]
    [InlineData("--Edge:Hubs:0=nowhere", "nowhere")]
    [InlineData("--Edge:ProxyProtocolFrom:0=everywhere", "Edge:ProxyProtocolFrom")]
    [InlineData("--Unsafe:IpOnlyApplications:0=everywhere", "Unsafe:IpOnlyApplications")]
    [InlineData("--Unsafe:WeakAuthTypesFrom:0=everywhere", "Unsafe:WeakAuthTypesFrom")]
    [InlineData("--Broker:Uri=http://x", "no address of a broker")]
    [InlineData("--Broker:Uri=somewhere", "no address of a broker")]
    [InlineData("--Broker:Prefix=", "Broker:Prefix")]
    [InlineData("--Broker:Prefix=a.b", "Broker:Prefix")]
    [InlineData("--Edge:Hubs=hub:1", "list")]
    [InlineData("--Edge:Limits:ConnectionsMax= -1", "number")]
    [InlineData("--Ldap:Servers:0:BindPassword=secret", "Ldap:Servers:0:BindPasswordFile")]
    [InlineData("--ldap:servers:1:bindpassword=secret", "SAMETIME_ldap__servers__1__bindpassword")]
    [InlineData("--Postgres:Password=secret", "Postgres:PasswordFile")]
    [InlineData("--postgres:connection=Host=x;Password=secret", "Postgres:PasswordFile")]
    public void A_setting_nobody_knows_or_can_read_is_a_clear_error(string argument, string says)
    {
        var refusal = Assert.Throws<CommandException>(() => Load(argument));
        Assert.Equal(ExitCode.Usage, refusal.ExitCode);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Edge:Port=0")]
    [InlineData("--Edge:Port=65535")]
    [InlineData("--Edge:Name=-name-")]
    [InlineData("--Edge:ListenAddress=::")]
    [InlineData("--Edge:Hubs:0=hub:1516 --Edge:Hubs:1=other:1516")]
    [InlineData("--Broker:Uri=")]
    [InlineData("--Broker:Uri=amqp://user:password@host:5672/vhost")]
    [InlineData("--Broker:Uri=amqps://host")]
    [InlineData("--Broker:Prefix=a-Z_9")]
    [InlineData("--Postgres:Connection=Host=x;Username=y")]
    [InlineData("--Ldap:Servers:0:BindPassword=")]
    public void What_can_be_set_is_taken(string line) => Load(line.Split(' '));

    [Theory]
    [InlineData("--Ltpa:KeyFile=k", "--Ltpa:PasswordFile=p", "Ltpa:KeyFile and Ltpa:PasswordFile go together")]
    [InlineData("--Jwt:Issuer=i", "--Jwt:KeyFiles:0=k", "Jwt:Issuer and Jwt:KeyFiles go together")]
    [InlineData("--Store:Kind=Postgres", "--Postgres:Connection=Host=db", "Postgres:Connection does not say where it is", false)]
    [InlineData("--Directory:Kind=Ldap", Ldap, "Ldap:Servers:0:Uri is missing", false)]
    [InlineData("--Directory:Kind=EmbeddedAndLdap", Ldap, "Ldap:Servers:0:Uri is missing", false)]
    [InlineData("--Directory:Kind=Ldap " + Ldap + " --Ldap:Servers:0:BindDn=cn=s", "--Ldap:Servers:0:BindPasswordFile=p", "BindDn needs BindPasswordFile", false)]
    [InlineData("--Directory:Kind=Ldap --Ldap:Servers:0:Uri=ldaps://x", "--Ldap:Servers:0:BaseDn=dc=x", "BaseDn is missing", false)]
    [InlineData("--Directory:Kind=Ldap --Ldap:Servers:0:Uri=ldap://x --Ldap:Servers:0:BaseDn=dc=x", "--Ldap:Servers:0:StartTls=true", "in the clear", false)]
    [InlineData("--Directory:Kind=Ldap --Ldap:Servers:0:Uri=ldap://x --Ldap:Servers:0:BaseDn=dc=x", "--Unsafe:PlainLdap=true", "in the clear", false)]
    public void Settings_that_go_together_are_refused_when_one_is_missing_and_taken_when_both_are_there(string one, string other, string says, bool isMutual = true)
    {
        foreach (var alone in isMutual ? (string[])[one, other] : [one])
        {
            var refusal = Assert.Throws<CommandException>(() => Load(alone.Split(' ')));
            Assert.Equal(ExitCode.Usage, refusal.ExitCode);
            Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        }

        Load([.. one.Split(' '), .. other.Split(' ')]);
    }

    [Theory]
    [InlineData(Ldap + " --Ldap:Servers:0:StartTls=true", "StartTls is for ldap://")]
    [InlineData(Ldap + " --Ldap:Servers:0:UserFilter=(uid=", "directory x: ")]
    [InlineData(Ldap + " --Ldap:Servers:0:IdAttribute=", "IdAttribute, NameAttribute and GroupIdAttribute are needed")]
    [InlineData(Ldap + " --Ldap:Servers:1:Uri=http://x", "is no address of an LDAP directory")]
    public void Settings_that_exclude_each_other_or_mean_nothing_are_refused(string line, string says)
    {
        var refusal = Assert.Throws<CommandException>(() => Load(["--Directory:Kind=Ldap", .. line.Split(' ')]));
        Assert.Equal(ExitCode.Usage, refusal.ExitCode);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);

        Load(line.Split(' ')); // where no directory is asked, nobody minds
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
