using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Providers;
using Sametime.Services.Users.Tokens;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Users.Tokens;

public sealed class WatchedFilesTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("watched");
    private readonly FakeTimeProvider _time = new();
    private readonly LogLines _log = new();
    private readonly string[] _names;
    private readonly WatchedFiles<string> _files;

    public WatchedFilesTests()
    {
        _names = [Path.Combine(_folder.FullName, "one"), Path.Combine(_folder.FullName, "two")];
        foreach (var name in _names)
            File.WriteAllText(name, "1");
        _files = new WatchedFiles<string>(_names, Read, Interval, _time, _log);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(0, "22 1")]
    [InlineData(1, "1 22")]
    public void A_change_of_any_of_them_counts_and_is_said(int which, string content)
    {
        File.WriteAllText(_names[which], "22");
        _time.Advance(Interval);

        Assert.Equal(content, _files.Current);
        Assert.Equal(content, _files.Current);
        Assert.Single(_log.Lines, static line => line.Level == LogLevel.Information);
    }

    [Fact]
    public void They_are_looked_at_once_an_interval_at_most()
    {
        _time.Advance(Interval);
        Assert.Equal("1 1", _files.Current); // looked at now
        File.WriteAllText(_names[0], "22");

        _time.Advance(Interval - TimeSpan.FromTicks(1));
        Assert.Equal("1 1", _files.Current);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("22 1", _files.Current);
    }

    [Fact]
    public void What_cannot_be_read_is_said_once_and_read_again_when_it_has_changed()
    {
        File.WriteAllText(_names[0], "broken");
        for (var time = 1; time <= 3; time++)
        {
            _time.Advance(Interval);
            Assert.Equal("1 1", _files.Current);
        }

        Assert.Single(_log.Errors);
        File.WriteAllText(_names[0], "mended");
        File.Delete(_names[1]);
        _time.Advance(Interval);
        Assert.Equal("1 1", _files.Current);
        Assert.Equal(2, _log.Errors.Count());

        File.WriteAllText(_names[1], "22");
        _time.Advance(Interval);
        Assert.Equal("mended 22", _files.Current);
    }

    private string Read()
    {
        try
        {
            var content = string.Join(' ', _names.Select(File.ReadAllText));
            return content.Contains("broken", StringComparison.Ordinal) ? throw new StoreCorruptException("It is broken.") : content;
        }
        catch (FileNotFoundException failure)
        {
            throw new StoreUnavailableException("It is gone.", failure);
        }
    }
}
