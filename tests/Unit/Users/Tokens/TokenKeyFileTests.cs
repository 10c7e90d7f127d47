using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Providers;
using Sametime.Services.Users.Tokens.Issued;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Users.Tokens;

public sealed class TokenKeyFileTests : IDisposable
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromHours(12);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("token-keys");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 6, 12, 0, 0, TimeSpan.Zero));

    private string Name => Path.Combine(_folder.FullName, "token.keys");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_new_key_comes_first_and_an_old_one_goes_when_nothing_it_signed_is_good_any_more()
    {
        TokenKeyFile.Ensure(Name, _time);
        var first = TokenKeyFile.Read(Name)[0];
        _time.Advance(TimeSpan.FromHours(1));
        var second = TokenKeyFile.Rotate(Name, GoodFor, _time).Added;
        _time.Advance(GoodFor - TimeSpan.FromSeconds(1));
        Assert.Empty(TokenKeyFile.Rotate(Name, GoodFor, _time).Dropped);
        _time.Advance(TimeSpan.FromSeconds(1));
        var last = TokenKeyFile.Rotate(Name, GoodFor, _time);

        Assert.Equal(first.Id, Assert.Single(last.Dropped).Id);
        Assert.Equal([last.Added.Id, second.Id], TokenKeyFile.Read(Name).Select(static key => key.Id).Where((_, i) => i != 1));
        Assert.Equal(3, TokenKeyFile.Read(Name).Count);
    }

    [Fact]
    public void Making_a_file_twice_makes_it_once_and_for_its_owner_only()
    {
        TokenKeyFile.Ensure(Name, _time);
        var text = File.ReadAllText(Name);
        TokenKeyFile.Ensure(Name, _time);

        Assert.Equal(text, File.ReadAllText(Name));
        Assert.Single(_folder.GetFiles());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Name));
    }

    [Fact]
    public void Who_may_read_the_file_stays_as_it_was_arranged()
    {
        TokenKeyFile.Ensure(Name, _time);
        if (OperatingSystem.IsWindows())
            return; // files have owners in another way there

        var forAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        File.SetUnixFileMode(Name, forAll);
        TokenKeyFile.Rotate(Name, GoodFor, _time);
        Assert.Equal(forAll, File.GetUnixFileMode(Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a key\n")]
    [InlineData("00000001 2026-05-06T12:00:00Z 1234\n")]
    [InlineData("00000001 2026-05-06T12:00:00Z 0000000000000000000000000000000000000000000000000000000000000000\n")]
    [InlineData("00000001 yesterday 00000000000000000000000000000000000000000000000000000000000000ff\n")]
    public void What_holds_no_keys_is_refused_with_a_sentence(string text)
    {
        File.WriteAllText(Name, text);

        var failure = Assert.Throws<StoreCorruptException>(() => TokenKeyFile.Read(Name));
        Assert.Contains(Name, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("00ff", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_breaks_while_the_server_runs_changes_nothing_but_the_log()
    {
        TokenKeyFile.Ensure(Name, _time);
        var log = new LogLines();
        var keys = new TokenKeys(Name, TimeSpan.FromSeconds(1), _time, log);
        var signing = keys.Signing;
        File.WriteAllText(Name, "half of a key");
        Assert.Same(signing, keys.Signing);
        Assert.Empty(log.Lines); // not looked at yet

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(signing, keys.Signing);
        Assert.Single(log.Errors);
    }
}
