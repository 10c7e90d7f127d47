using Sametime.Compose.Extracts;
using Sametime.Contracts.Providers;
using Sametime.Services.Replay;
using Sametime.Services.Replay.Targets;
using Xunit;

namespace Sametime.Tests.Unit.Compose;

public sealed class ExtractFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sametime-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Half_a_file_is_none_and_the_one_before_it_stays(bool fails)
    {
        var file = new ExtractFile(Path.Combine(_folder, "day.jsonl"));
        await File.WriteAllTextAsync(file.Path, "the day before", TestContext.Current.CancellationToken);
        var writing = file.WriteAsync(
            output => Task.FromResult<IReplayTarget>(new JsonLinesTarget(output)),
            _ => fails ? throw new StoreUnavailableException("The store does not answer.") : Task.FromResult(Statement(isInterrupted: true)));
        if (fails)
            await Assert.ThrowsAsync<StoreUnavailableException>(() => writing);
        else
            Assert.True((await writing).IsInterrupted);
        Assert.Equal(["day.jsonl"], Directory.GetFiles(_folder).Select(Path.GetFileName));
        Assert.Equal("the day before", await File.ReadAllTextAsync(file.Path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_whole_one_takes_the_place_of_the_one_before_with_its_statement()
    {
        var file = new ExtractFile(Path.Combine(_folder, "day.jsonl"));
        await File.WriteAllTextAsync(file.Path, "the day before", TestContext.Current.CancellationToken);
        await file.WriteAsync(output => Task.FromResult<IReplayTarget>(new JsonLinesTarget(output)), _ => Task.FromResult(Statement(isInterrupted: false)));
        Assert.Equal(["day.jsonl", "day.jsonl.completeness.json"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("", await File.ReadAllTextAsync(file.Path, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_for_its_owners_eyes_from_its_first_byte_on_also_where_files_lie_that_everybody_may_read(bool areThere)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("files have no such modes there");
            return;
        }

        const UnixFileMode everybody = (UnixFileMode)0b110_110_110;
        var file = new ExtractFile(Path.Combine(_folder, "day.jsonl"));
        var part = file.Path + ".part";
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_111_111);
        foreach (var left in areThere ? (string[])[file.Path, part, file.StatementPath] : [])
        {
            await File.WriteAllTextAsync(left, "of a run that was killed", TestContext.Current.CancellationToken);
            File.SetUnixFileMode(left, everybody);
        }

        var meanwhile = everybody;
        await file.WriteAsync(
            output => Task.FromResult<IReplayTarget>(new JsonLinesTarget(output)),
            _ =>
            {
                meanwhile = ModeOf(part);
                return Task.FromResult(Statement(isInterrupted: false));
            });

        const UnixFileMode ownerOnly = (UnixFileMode)0b110_000_000;
        Assert.Equal([ownerOnly, ownerOnly, ownerOnly], [meanwhile, File.GetUnixFileMode(file.Path), File.GetUnixFileMode(file.StatementPath)]);
    }

    private static Completeness Statement(bool isInterrupted) =>
        new("everything", default, null, null, 0, [], [], [], [], isInterrupted, ContinueAfter: 0);

    private static UnixFileMode ModeOf(string file) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(file);
}
