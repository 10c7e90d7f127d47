using Sametime.Compose;
using Sametime.Compose.Hosting;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("sametime-unit-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void A_role_is_held_by_one_process_until_it_gives_it_back()
    {
        var data = new DataDirectory(_path);
        data.Create();
        using (data.Lock("hub"))
        {
            using var other = data.Lock("services");
            var refusal = Assert.Throws<CommandException>(() => data.Lock("hub"));
            Assert.Equal(ExitCode.InUse, refusal.ExitCode);
            Assert.Contains(_path, refusal.Message, StringComparison.Ordinal);
        }

        data.Lock("hub").Dispose();
    }

    [Fact]
    public void Each_start_has_a_higher_incarnation()
    {
        var file = Path.Combine(_path, "hub.incarnation");
        Assert.Equal([1u, 2u, 3u], new[] { IncarnationFile.Next(file), IncarnationFile.Next(file), IncarnationFile.Next(file) });
    }

    [Fact]
    public void A_damaged_incarnation_is_not_guessed()
    {
        var file = Path.Combine(_path, "hub.incarnation");
        File.WriteAllText(file, "?");
        Assert.Equal(ExitCode.Failure, Assert.Throws<CommandException>(() => IncarnationFile.Next(file)).ExitCode);
    }

    [Fact]
    public void A_link_key_is_made_once_and_only_its_owner_can_read_it()
    {
        var file = Path.Combine(_path, "link.key");
        var key = LinkKeyFile.Read(file, create: true);
        Assert.Equal(32, key.Length);
        Assert.Equal(key, LinkKeyFile.Read(file, create: true));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0011")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("no hexadecimal digits at all, but many of them, so length is not it")]
    public void A_link_key_that_is_none_is_refused(string text)
    {
        var file = Path.Combine(_path, "bad.key");
        File.WriteAllText(file, text);
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandException>(() => LinkKeyFile.Read(file, create: false)).ExitCode);
    }

    [Fact]
    public void A_missing_link_key_is_a_clear_error() =>
        Assert.Contains("missing.key", Assert.Throws<CommandException>(() => LinkKeyFile.Read(Path.Combine(_path, "missing.key"), create: false)).Message, StringComparison.Ordinal);
}
