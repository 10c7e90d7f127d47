using Sametime.Services.Replay;

namespace Sametime.Compose.Extracts;

/// <summary>
/// The file of an extract, for its owner's eyes only. Written beside its place and moved there when it is whole, after its statement, so that
/// a file without one is not of ours, and half a file is none.
/// </summary>
internal sealed class ExtractFile(string path)
{
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Where the statement of completeness lies.</summary>
    public string StatementPath => Path + ".completeness.json";

    /// <summary>Opens a target on the file, runs an extract into it, and gives the file its name, unless it was interrupted.</summary>
    public async Task<Completeness> WriteAsync(Func<Stream, Task<IReplayTarget>> open, Func<IReplayTarget, Task<Completeness>> run)
    {
        var part = Path + ".part";
        try
        {
            Completeness statement;
            await using (var output = OwnersFile.Create(part))
            {
                await using (var target = await open(output))
                    statement = await run(target);
                await output.FlushAsync();
                output.Flush(flushToDisk: true);
            }

            if (!statement.IsInterrupted)
            {
                await using (var output = OwnersFile.Create(StatementPath))
                await using (var text = new StreamWriter(output))
                    await text.WriteLineAsync(statement.ToJson().ToJsonString());
                File.Move(part, Path, overwrite: true);
            }

            return statement;
        }
        finally
        {
            File.Delete(part);
        }
    }
}
