using System.Formats.Asn1;
using Sametime.Services.Providers.Ldap.Protocol;
using Xunit;

namespace Sametime.Tests.Unit.Services.Providers;

public sealed class LdapFilterTests
{
    [Theory]
    [InlineData("(uid=alice)", "a30c04037569640405616c696365")]
    [InlineData("(uid=*)", "8703756964")]
    [InlineData("(uid=a*b*c)", "a4100403756964300980016181016282 0163")]
    [InlineData("(!(uid=*))", "a2058703756964")]
    [InlineData("(&(uid=*)(cn=*))", "a00987037569648702636e")]
    [InlineData("(|(cn=*)(uid=*))", "a1098702636e8703756964")]
    [InlineData("(uid>=a)", "a5080403756964040161")]
    [InlineData("(uid=\\2a\\c3\\a4)", "a30a040375696404032ac3a4")]
    [InlineData("(f:1.2:=2)", "a90b8103312e3282016683 0132")]
    public void A_filter_of_the_settings_is_sent_as_the_protocol_writes_it(string text, string expected)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        LdapFilter.Parse(text).Write(writer);
        Assert.Equal(expected.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(writer.Encode()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("uid=alice")]
    [InlineData("(uid=alice")]
    [InlineData("(uid=alice))")]
    [InlineData("(&)")]
    [InlineData("(=alice)")]
    [InlineData("(u id=alice)")]
    [InlineData("(uid=\\4)")]
    [InlineData("(uid:dn:=alice)")]
    public void What_is_no_filter_is_refused_with_the_place(string text) =>
        Assert.Contains("is no LDAP filter", Assert.Throws<FormatException>(() => LdapFilter.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("*)(uid=*")]
    [InlineData("\\2a")]
    [InlineData("a\0b")]
    public void A_value_is_sent_as_it_is_whatever_it_looks_like(string value)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        LdapFilter.Equal("uid", value).Write(writer);

        var sent = new AsnReader(writer.Encode(), AsnEncodingRules.BER).ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3, isConstructed: true));
        sent.ReadOctetString();
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(value), sent.ReadOctetString());
    }

    [Theory]
    [InlineData("uid=alice,ou=people", "uid", "alice")]
    [InlineData("UID=Alice", "uid", "Alice")]
    [InlineData("cn=alice,ou=people", "uid", null)]
    [InlineData("uid=Doe\\, Jane,ou=people", "uid", "Doe, Jane")]
    [InlineData("uid=J\\C3\\B6rg,ou=people", "uid", "J\u00f6rg")]
    [InlineData("uid=a+cn=b,ou=people", "uid", null)]
    [InlineData("uid=a\\", "uid", null)]
    [InlineData("nothing", "uid", null)]
    public void The_first_part_of_a_name_is_read(string name, string attribute, string? expected) =>
        Assert.Equal(expected, LdapEntry.FirstPart(name, attribute));
}
