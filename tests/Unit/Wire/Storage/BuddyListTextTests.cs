using FsCheck.Xunit;
using Sametime.Contracts.Wire.Storage;
using Xunit;

namespace Sametime.Tests.Unit.Wire.Storage;

public sealed class BuddyListTextTests
{
    private const string Pidgin = "Version=3.1.3\r\nG Work;Mates2 Work;Mates O\r\nU bob1:: Bob;Example,\r\nG staff3 staff C\r\n";

    [Fact]
    public void LinesOfPidginAreUnderstood() => Assert.Equal(
        new BuddyListText(
        [
            BuddyListVersion.Usual,
            new BuddyListGroup("Work Mates", BuddyListGroupKind.Private, "Work Mates", IsOpen: true),
            new BuddyListUser("bob", BuddyListUserKind.Internal, "Bob Example", Alias: ""),
            new BuddyListGroup("staff", BuddyListGroupKind.Public, "staff", IsOpen: false),
        ]),
        BuddyListText.Parse(Pidgin));

    [Fact]
    public void TextComesBackAsItWas() => Assert.Equal(Pidgin, BuddyListText.Parse(Pidgin).ToString());

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\r\n\r\n")]
    public void AnyLineEndIsReadAndCrLfIsWritten(string lineEnd) =>
        Assert.Equal(Pidgin, BuddyListText.Parse(Pidgin.Replace("\r\n", lineEnd, StringComparison.Ordinal)).ToString());

    [Fact]
    public void UserOfAnotherCommunityKeepsTheSpaceInItsId()
    {
        var text = BuddyListText.Parse("U @E;bob@example.com2:: Bob,Bobby");

        Assert.Equal(new BuddyListUser("@E bob@example.com", BuddyListUserKind.External, "Bob", "Bobby"), Assert.Single(text.Lines));
        Assert.Equal("U @E;bob@example.com2:: Bob,Bobby\r\n", text.ToString());
    }

    [Fact]
    public void IdMayHoldTwoColons() => Assert.Equal(
        new BuddyListUser("fe80::1", BuddyListUserKind.Internal, "Printer", Alias: ""),
        Assert.Single(BuddyListText.Parse("U fe80::11:: Printer,").Lines));

    [Theory]
    [InlineData("Z something new;1")]
    [InlineData("U bob1 without;separator")]
    [InlineData("U 1:: ,")]
    [InlineData("U ")]
    [InlineData("G ")]
    [InlineData("G Work2")]
    [InlineData("G Work2 Work X")]
    [InlineData("G 2 nameless O")]
    [InlineData("version=3.1.3")]
    public void LineThatIsNotUnderstoodStaysInItsPlace(string line)
    {
        var text = BuddyListText.Parse("Version=3.1.3\n" + line + "\nU bob1:: Bob,\n");

        Assert.Equal([BuddyListVersion.Usual, new BuddyListUnknownLine(line), new BuddyListUser("bob", BuddyListUserKind.Internal, "Bob", "")], text.Lines);
        Assert.Equal("Version=3.1.3\r\n" + line + "\r\nU bob1:: Bob,\r\n", text.ToString());
    }

    [Fact]
    public void UnknownKindsOfUserAndGroupAreKept() =>
        Assert.Equal("G Work7 Work O\r\nU bob5:: Bob,\r\n", BuddyListText.Parse("G Work7 Work O\nU bob5:: Bob,").ToString());

    [Fact]
    public void GroupWhoseAliasKeptItsSpacesIsUnderstood() => Assert.Equal(
        new BuddyListGroup("Work", BuddyListGroupKind.Private, "Work Mates", IsOpen: true),
        Assert.Single(BuddyListText.Parse("G Work2 Work Mates O").Lines));

    [Fact]
    public void NameWithoutCommaHasNoAlias() => Assert.Equal(
        new BuddyListUser("bob", BuddyListUserKind.Internal, "Bob", Alias: ""),
        Assert.Single(BuddyListText.Parse("U bob1:: Bob").Lines));

    [Fact]
    public void FirstCommaEndsTheName()
    {
        var text = BuddyListText.Parse("U bob1:: Example,Bob,Bobby");

        Assert.Equal(new BuddyListUser("bob", BuddyListUserKind.Internal, "Example", "Bob,Bobby"), Assert.Single(text.Lines));
        Assert.Equal("U bob1:: Example,Bob,Bobby\r\n", text.ToString());
    }

    [Fact]
    public void LineBreakInANameMakesNoNewLine()
    {
        var text = new BuddyListText([new BuddyListUser("bob", BuddyListUserKind.Internal, "Bob\r\nU eve1:: Eve,", "")]);

        Assert.Single(BuddyListText.Parse(text.ToString()).Lines);
    }

    [Fact]
    public void EmptyTextHasNoLines() => Assert.Empty(BuddyListText.Parse("").Lines);

    // Once written by us, a text is read and written the same for ever, whatever it was made of.
    [Property]
    public void AnyTextIsStableOnceWritten(string? text)
    {
        var once = BuddyListText.Parse("G " + text + "\nU " + text + ":: " + text + "\n" + text).ToString();

        Assert.Equal(once, BuddyListText.Parse(once).ToString());
    }
}
