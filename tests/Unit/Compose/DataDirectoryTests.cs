using Sametime.Compose;
using Sametime.Compose.Accounts;
using Sametime.Compose.Commands;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
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
    public void A_folder_that_is_made_is_for_its_owners_eyes()
    {
        Assert.SkipUnless(!OperatingSystem.IsWindows(), "folders have no such modes there");
        var data = new DataDirectory(Path.Combine(_path, "new"));
        data.Create();

        foreach (var folder in (string[])[data.Path, data.RunFolder])
            Assert.Equal((UnixFileMode)0b111_000_000, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(folder));
    }

    [Fact]
    public void Each_start_has_a_higher_incarnation()
    {
        var file = Path.Combine(_path, "hub.incarnation");
        Assert.Equal([1u, 2u, 3u], new[] { IncarnationFile.Next(file), IncarnationFile.Next(file), IncarnationFile.Next(file) });
    }

    [Fact]
    public async Task A_hub_has_one_row_of_incarnations_alone_and_with_others_in_a_process()
    {
        var data = new DataDirectory(_path);
        var settings = ServerSettings.Load(data, SettingOverrides.Split(["--Log:Level=Fatal"]));
        await using (var whole = new ServerProcess("up", ["hub", "services"], data, settings))
        {
            Assert.Equal(1u, whole.Incarnation);
        }

        await using var alone = new ServerProcess("hub", ["hub"], data, settings);
        Assert.Equal(2u, alone.Incarnation);
    }

    [Fact]
    public async Task What_is_kept_is_for_its_owners_eyes_even_where_the_folder_is_open_to_others()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("files have no such modes there");
            return;
        }

        // Numbers, a name that says nothing, and nothing at all.
        string[] harmless = [".incarnation", ".lock", "node"];
        File.SetUnixFileMode(_path, (UnixFileMode)0b111_101_101);
        var (data, line, stop) = (new DataDirectory(_path), SettingOverrides.Split(["--Log:Level=Fatal", "--Passwords:MemoryKiB=64"]), TestContext.Current.CancellationToken);
        await using (var book = await AccountBook.OpenAsync(data, line, stop))
        {
            await book.AddUserAsync(new UserRecord(new UserId("alice"), "Alice", []), "secret", stop);
            AssertModes(); // what lies beside the store while it is open, too
        }

        await using (new ServerProcess("up", ["hub", "services"], data, ServerSettings.Load(data, line)))
            KeyFile.OfLinks.Read(data.LinkKeyFile, create: true);
        foreach (var words in (string[])["token issue alice", "token rotate", "token rotate", "user export alice --to FILE", "export --format jsonl --named --into FILE.2"])
        {
            var root = new System.CommandLine.RootCommand { TokenCommand.Define(line), UserCommand.Define(line), ExportCommand.Define(line) };
            var parsed = root.Parse([.. words.Replace("FILE", data.File("file"), StringComparison.Ordinal).Split(' '), "--data", _path]);
            Assert.Equal(ExitCode.Success, await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false }, stop));
        }

        AssertModes();
        Assert.Subset(
            Directory.GetFiles(_path).Select(Path.GetFileName).ToHashSet(),
            new HashSet<string?> { "sametime.db", "subjects.db", "store.key", "link.key", "token.keys", "hub.incarnation", "file", "file.2", "file.2.completeness.json" });
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(data.RunFolder));

        void AssertModes()
        {
            var open = Directory.GetFiles(_path, "*", SearchOption.AllDirectories)
                .Where(file => !harmless.Any(end => file.EndsWith(end, StringComparison.Ordinal)) && (ModeOf(file) & (UnixFileMode)0b000_111_111) != 0);
            Assert.Empty(open.Select(Path.GetFileName));
            Assert.Equal((UnixFileMode)0b110_000_000, ModeOf(data.StoreFile));
        }

        static UnixFileMode ModeOf(string file) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(file);
    }

    [Fact]
    public async Task A_mistyped_folder_is_said_and_not_made()
    {
        var data = new DataDirectory(Path.Combine(_path, "mistyped"));
        var refusal = await Assert.ThrowsAsync<CommandException>(() => AccountBook.OpenExistingAsync(data, SettingOverrides.Split([]), TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.NoSuchThing, refusal.ExitCode);
        Assert.False(Directory.Exists(data.Path));
    }

    [Fact]
    public void A_damaged_incarnation_is_not_guessed()
    {
        var file = Path.Combine(_path, "hub.incarnation");
        File.WriteAllText(file, "?");
        Assert.Equal(ExitCode.Failure, Assert.Throws<CommandException>(() => IncarnationFile.Next(file)).ExitCode);
    }

    [Fact]
    public void A_folder_keeps_the_name_that_it_was_given()
    {
        var file = Path.Combine(_path, "node");
        var name = NodeFile.ReadOrMake(file);
        Assert.Matches("^[0-9a-f]{12}$", name);
        Assert.Equal(name, NodeFile.ReadOrMake(file));
        Assert.NotEqual(name, NodeFile.ReadOrMake(Path.Combine(_path, "other")));

        File.WriteAllText(file, " mine7\n");
        Assert.Equal("mine7", NodeFile.ReadOrMake(file));
        File.WriteAllText(file, "not/a/name");
        Assert.Equal(ExitCode.Failure, Assert.Throws<CommandException>(() => NodeFile.ReadOrMake(file)).ExitCode);
    }

    [Fact]
    public void A_link_key_is_made_once_and_only_its_owner_can_read_it()
    {
        var file = Path.Combine(_path, "link.key");
        var key = KeyFile.OfLinks.Read(file, create: true);
        Assert.Equal(32, key.Length);
        Assert.Equal(key, KeyFile.OfLinks.Read(file, create: true));
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
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandException>(() => KeyFile.OfLinks.Read(file, create: false)).ExitCode);
    }

    [Theory]
    [InlineData(31, 0, false)]
    [InlineData(32, 0, true)]
    [InlineData(32, 15, true)]
    [InlineData(32, 31, true)]
    [InlineData(33, 32, true)]
    public void A_key_is_long_enough_and_not_all_of_it_is_nothing(int length, int at, bool isTaken)
    {
        var (file, key) = (Path.Combine(_path, "own.key"), new byte[length]);
        key[at] = 0x5a;
        File.WriteAllText(file, $" {Convert.ToHexString(key)}\n");

        if (isTaken)
            Assert.Equal(key, KeyFile.OfStore.Read(file, create: true));
        else
            Assert.Contains("does not hold a store key: 64", Assert.Throws<CommandException>(() => KeyFile.OfStore.Read(file, create: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_link_key_is_a_clear_error() =>
        Assert.Contains("missing.key", Assert.Throws<CommandException>(() => KeyFile.OfLinks.Read(Path.Combine(_path, "missing.key"), create: false)).Message, StringComparison.Ordinal);
}
