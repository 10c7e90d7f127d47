using Parquet;
using Parquet.Schema;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Replay.Targets;

/// <summary>
/// A Parquet file, a row an event. Rows are gathered for one row group at a time, so that a file of any size needs the memory of one group.
/// </summary>
internal sealed class ParquetTarget : IReplayTarget
{
    private static readonly DataField Position = new DataField<long>("position");
    private static readonly DataField StreamName = Text("stream", isNullable: false);
    private static readonly DataField Sequence = new DataField<long>("sequence");
    private static readonly DataField Hub = new DataField<int>("hub");
    private static readonly DataField Incarnation = new DataField<long>("incarnation");
    private static readonly DataField Occurred = Moment("occurred");
    private static readonly DataField Recorded = Moment("recorded");
    private static readonly DataField Correlation = Text("correlation", isNullable: true);
    private static readonly DataField Causation = Text("causation", isNullable: true);
    private static readonly DataField Name = Text("name", isNullable: false);
    private static readonly DataField Version = new DataField<int>("version");
    private static readonly DataField User = Text("user", isNullable: true);
    private static readonly DataField Login = Text("login", isNullable: true);
    private static readonly DataField Place = Text("place", isNullable: true);
    private static readonly DataField Fields = Text("fields", isNullable: false);

    private readonly ParquetWriter _writer;
    private readonly int _groupEvents;
    private readonly List<ExtractRow> _rows = [];
    private readonly EventFacets _facets = new();

    private ParquetTarget(ParquetWriter writer, int groupEvents) => (_writer, _groupEvents) = (writer, groupEvents);

    /// <summary>Begins a file; it is whole when this target has been disposed.</summary>
    public static async Task<ParquetTarget> CreateAsync(Stream output, ReplayOptions options, CancellationToken stop)
    {
        var schema = new ParquetSchema(
            Position, StreamName, Sequence, Hub, Incarnation, Occurred, Recorded, Correlation, Causation, Name, Version, User, Login, Place, Fields);
        return new ParquetTarget(await ParquetWriter.CreateAsync(schema, output, cancellationToken: stop), options.RowGroupEvents);
    }

    public async ValueTask TakeAsync(StoredEvent stored)
    {
        _rows.Add(ExtractRow.Of(stored, _facets));
        if (_rows.Count >= _groupEvents)
            await WriteGroupAsync();
    }

    // A group is written when it is full: half a file is no file, so nothing is gained by writing one earlier.
    public ValueTask FlushAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_rows.Count > 0)
            await WriteGroupAsync();
        await _writer.DisposeAsync();
    }

    private async Task WriteGroupAsync()
    {
        using var group = _writer.CreateRowGroup();
        await WriteAsync(group, Position, row => row.Position);
        await WriteTextAsync(group, StreamName, row => row.Event.Stream);
        await WriteAsync(group, Sequence, row => row.Event.Sequence);
        await WriteAsync<int>(group, Hub, row => row.Event.Hub);
        await WriteAsync<long>(group, Incarnation, row => row.Event.Incarnation);
        await WriteAsync(group, Occurred, row => row.Event.Occurred.UtcDateTime);
        await WriteAsync(group, Recorded, row => row.Event.Recorded.UtcDateTime);
        await WriteTextAsync(group, Correlation, row => row.Event.Correlation);
        await WriteTextAsync(group, Causation, row => row.Event.Causation);
        await WriteTextAsync(group, Name, row => row.Event.Name);
        await WriteAsync(group, Version, row => row.Event.Version);
        await WriteTextAsync(group, User, row => row.User);
        await WriteTextAsync(group, Login, row => row.Login);
        await WriteTextAsync(group, Place, row => row.Place);
        await WriteTextAsync(group, Fields, row => row.Event.Json);
        group.CompleteValidate();
        _rows.Clear();
    }

    private async Task WriteAsync<T>(ParquetRowGroupWriter group, DataField field, Func<ExtractRow, T> cell)
        where T : struct
    {
        var cells = new T[_rows.Count];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = cell(_rows[i]);
        await group.WriteAsync<T>(field, cells);
    }

    private async Task WriteTextAsync(ParquetRowGroupWriter group, DataField field, Func<ExtractRow, string?> cell)
    {
        var cells = new string[_rows.Count];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = cell(_rows[i])!;
        await group.WriteAsync(field, cells);
    }

    private static DataField Text(string name, bool isNullable) => new(name, typeof(string), isNullable);

    private static DateTimeDataField Moment(string name) => new(
        name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: false);
}
