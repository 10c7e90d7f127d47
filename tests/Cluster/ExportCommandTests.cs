using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using Sametime.Tests.Cluster.Running;

namespace Sametime.Tests.Cluster;

/// <summary>Exports, read back by those for whom they are made.</summary>
public sealed class ExportCommandTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("jsonl", 23)]
    [InlineData("csv", 24)]
    public async Task A_file_is_whole_and_has_its_statement_beside_it(string format, int lines)
    {
        using var day = await LoggedDay.MakeAsync(Stop);
        var file = day.File($"day.{format}");
        var run = await day.RunAsync("export", "--format", format, "--into", file, "--named");
        Assert.Equal($"23 events in {file}, complete: see {file}.completeness.json\n", run.Output);
        Assert.Equal(lines, (await File.ReadAllLinesAsync(file, Stop)).Length);
        var statement = JsonNode.Parse(await File.ReadAllTextAsync(file + ".completeness.json", Stop))!;
        Assert.True((bool)statement["complete"]!);
        Assert.Equal(3, (int)statement["counts"]!["security.login-refused"]!);
        Assert.False(File.Exists(file + ".part"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Questions_of_docs_analysts_are_answered_by_DuckDB_over_the_Parquet_file()
    {
        using var day = await LoggedDay.MakeAsync(Stop);
        var file = day.File("day.parquet");
        Assert.Equal(0, (await day.RunAsync("export", "--format", "parquet", "--into", file, "--named", "--Replay:RowGroupEvents=5")).ExitCode);
        await using var duck = new DuckDBConnection("DataSource=:memory:");
        await duck.OpenAsync(Stop);
        Assert.Equal("23", await AskAsync(duck, $"SELECT count(*) FROM '{file}'"));
        Assert.Equal("5", await AskAsync(duck, $"SELECT count(DISTINCT row_group_id) FROM parquet_metadata('{file}')"));
        Assert.Equal("alice 2;bob 1", await AskAsync(duck, string.Format(CultureInfo.InvariantCulture, """
            SELECT string_agg(who || ' ' || n, ';' ORDER BY who)
            FROM (SELECT "user" AS who, count(*) AS n FROM '{0}' WHERE name = 'chat.line-captured' GROUP BY ALL)
            """, file)));
        Assert.Equal("2026-05-06 09:20:02", await AskAsync(duck, $"SELECT strftime(occurred AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S') FROM '{file}' WHERE name = 'channel.accepted'"));

        // The example of docs/analysts.md, word by word.
        Assert.Equal("2026-05-06 09:00:00 3", await AskAsync(duck, AnalystsDocument.DuckDbExample().Replace("events.parquet", file, StringComparison.Ordinal)));
    }

    private static async Task<string> AskAsync(DuckDBConnection duck, string sql)
    {
        await using var command = duck.CreateCommand();
#pragma warning disable CA2100 // questions of this file, about a file of this test
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var rows = await command.ExecuteReaderAsync(Stop);
        Assert.True(await rows.ReadAsync(Stop));
        return string.Join(' ', Enumerable.Range(0, rows.FieldCount).Select(i => rows.GetValue(i) switch
        {
            DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            var value => Convert.ToString(value, CultureInfo.InvariantCulture),
        }));
    }
}
