using System.Net;
using Sametime.Compose;
using Sametime.Compose.Commands;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

public sealed class LinkAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:1516")]
    [InlineData("[::1]:1516")]
    public void An_address_with_a_port_is_taken(string text) => Assert.Equal(IPEndPoint.Parse(text), LinkAddress.Parse(text));

    [Fact]
    public void A_name_with_a_port_is_taken() => Assert.Equal(new DnsEndPoint("hub.example", 1516), LinkAddress.Parse("hub.example:1516"));

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    [InlineData("hub.example:")]
    [InlineData("hub.example:0")]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("fe80::1:1516")]
    [InlineData(":1516")]
    public void Anything_else_is_a_clear_error(string? text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandException>(() => LinkAddress.Parse(text)).ExitCode);

    [Fact]
    public void A_host_to_listen_on_that_is_no_address_is_a_clear_error() =>
        Assert.Contains("foo", Assert.Throws<CommandException>(() => LinkAddress.Local("foo", 1516)).Message, StringComparison.Ordinal);
}
