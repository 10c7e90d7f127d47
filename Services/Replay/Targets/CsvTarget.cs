using System.Globalization;
using System.Text;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Replay.Targets;

/// <summary>
/// Comma-separated values (RFC 4180) with a line of column names. A cell that a spreadsheet would take for a formula gets an apostrophe in front.
/// </summary>
internal sealed class CsvTarget(Stream output) : IReplayTarget
{
    private readonly StreamWriter _writer = new(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\r\n" };
    private readonly EventFacets _facets = new();
    private bool _hasHead;

    public ValueTask TakeAsync(StoredEvent stored)
    {
        WriteHead();
        var row = ExtractRow.Of(stored, _facets);
        var written = row.Event;
        WriteLine(
            Text(row.Position), written.Stream, Text(written.Sequence), Text(written.Hub), Text(written.Incarnation),
            LogTime.Format(written.Occurred), LogTime.Format(written.Recorded), written.Correlation, written.Causation,
            written.Name, Text(written.Version), row.User, row.Login, row.Place, written.Json);
        return ValueTask.CompletedTask;
    }

    public async ValueTask FlushAsync()
    {
        WriteHead();
        await _writer.FlushAsync();
    }

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private void WriteHead()
    {
        if (!_hasHead)
            WriteLine([.. ExtractRow.Columns]);
        _hasHead = true;
    }

    private void WriteLine(params ReadOnlySpan<string?> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
                _writer.Write(',');
            WriteCell(cells[i] ?? "");
        }

        _writer.WriteLine();
    }

    private void WriteCell(string cell)
    {
        var isFormula = cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r';
        if (!isFormula && !cell.AsSpan().ContainsAny(",\"\r\n"))
        {
            _writer.Write(cell);
            return;
        }

        _writer.Write('"');
        if (isFormula)
            _writer.Write('\'');
        _writer.Write(cell.Replace("\"", "\"\"", StringComparison.Ordinal));
        _writer.Write('"');
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
