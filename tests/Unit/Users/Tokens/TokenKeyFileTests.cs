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
    public void Of_two_who_make_the_file_at_once_the_first_has_made_it()
    {
        var first = $"{Line(7)}\n";
        TokenKeyFile.Ensure(Name, new Meanwhile(() => File.WriteAllText(Name, first)));

        Assert.Equal(first, File.ReadAllText(Name));
        Assert.Single(_folder.GetFiles());
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
    [InlineData("00000001 yesterday 0000000000000000000000000000000000000000000000000000000000000ff1\n")]
    [InlineData("00000001 2026-05-06T12:00:00Z 000000000000000000000000000000000000000000000000000000000000ff1\n")]
    [InlineData("00000001 2026-05-06T12:00:00Z 0000000000000000000000000000000000000000000000000000000000000ff1a\n")]
    [InlineData("00000001 2026-05-06T12:00:00Z 0000000000000000000000000000000000000000000000000000000000000ffg\n")]
    [InlineData("the-first 2026-05-06T12:00:00Z 0000000000000000000000000000000000000000000000000000000000000ff1\n")]
    [InlineData("00000001 2026-05-06T12:00:00Z 0000000000000000000000000000000000000000000000000000000000000ff1 more\n")]
    public void What_holds_no_keys_is_refused_with_a_sentence(string text)
    {
        File.WriteAllText(Name, text);

        var failure = Assert.Throws<StoreCorruptException>(() => TokenKeyFile.Read(Name));
        Assert.Contains(Name, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("00ff", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TokenKeyFile.KeysMax, true)]
    [InlineData(TokenKeyFile.KeysMax + 1, false)]
    public void A_file_holds_as_many_keys_as_it_may(int keys, bool isGood)
    {
        File.WriteAllLines(Name, Enumerable.Range(1, keys).Select(Line));
        if (isGood)
            Assert.Equal(keys, TokenKeyFile.Read(Name).Count);
        else
            Assert.Throws<StoreCorruptException>(() => TokenKeyFile.Read(Name));
    }

    [Fact]
    public void Lines_without_a_key_are_passed_over_and_two_keys_of_one_id_are_refused()
    {
        File.WriteAllLines(Name, ["", Line(1), "   ", Line(2), ""]);
        Assert.Equal([1u, 2u], TokenKeyFile.Read(Name).Select(static key => key.Id));

        File.AppendAllLines(Name, [Line(1)]);
        Assert.Throws<StoreCorruptException>(() => TokenKeyFile.Read(Name));
    }

    [Fact]
    public void Of_a_full_file_the_oldest_key_makes_room_for_a_new_one()
    {
        File.WriteAllLines(Name, Enumerable.Range(1, TokenKeyFile.KeysMax).Select(Line));

        var rotated = TokenKeyFile.Rotate(Name, GoodFor, _time);

        Assert.Equal((uint)TokenKeyFile.KeysMax, Assert.Single(rotated.Dropped).Id);
        Assert.Equal([rotated.Added.Id, .. Enumerable.Range(1, TokenKeyFile.KeysMax - 1).Select(static i => (uint)i)], TokenKeyFile.Read(Name).Select(static key => key.Id));
    }

    [Fact]
    public void The_first_rotation_makes_the_file()
    {
        var rotated = TokenKeyFile.Rotate(Name, GoodFor, _time);

        Assert.Empty(rotated.Dropped);
        var read = Assert.Single(TokenKeyFile.Read(Name));
        Assert.Equal((rotated.Added.Id, _time.GetUtcNow()), (read.Id, read.Made));
        Assert.Equal(rotated.Added.Secret, read.Secret);
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public void A_file_that_cannot_be_read_or_written_is_told_as_a_store_that_is_away()
    {
        var nowhere = Path.Combine(_folder.FullName, "nowhere", "token.keys");
        Action[] all = [() => TokenKeyFile.Read(nowhere), () => TokenKeyFile.Ensure(nowhere, _time), () => TokenKeyFile.Rotate(nowhere, GoodFor, _time)];

        Assert.All(all, act => Assert.Contains(nowhere, Assert.Throws<StoreUnavailableException>(act).Message, StringComparison.Ordinal));
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

    private static string Line(int id) => $"{id:x8} 2026-05-06T12:00:00Z {id:x64}";

    /// <summary>A clock that does something when it is asked for the first time.</summary>
    private sealed class Meanwhile(Action act) : TimeProvider
    {
        private Action? _act = act;

        public override DateTimeOffset GetUtcNow()
        {
            _act?.Invoke();
            _act = null;
            return base.GetUtcNow();
        }
    }
}
