using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Sametime.Compose.Hosting;

namespace Sametime.Compose.Control;

/// <summary>
/// Answers questions about this process on a Unix socket in the data directory, which only its owner can enter. One
/// line in (the question), one JSON object out. What is asked for is gathered by <paramref name="answer"/>.
/// </summary>
internal sealed class StatusServer(DataDirectory data, string role, Func<string, CancellationToken, Task<JsonObject>> answer, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private const int QuestionBytesMax = 256;

    /// <summary>How long one who asks may keep the others waiting.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly string _path = SocketPath(data, role);
    private Socket? _listener;
    private Task _serving = Task.CompletedTask;

    public static string SocketPath(DataDirectory data, string role) => Path.Combine(data.RunFolder, role + ".sock");

    public void Start()
    {
        File.Delete(_path);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            _listener.Bind(new UnixDomainSocketEndPoint(_path));
        }
        catch (ArgumentException)
        {
            throw new CommandException(ExitCode.Usage, $"the path {_path} is too long for a socket; choose a shorter data directory");
        }

        _listener.Listen();
        _serving = ServeAsync(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener?.Dispose();
        await _serving.ConfigureAwait(false);
        File.Delete(_path);
        _stop.Dispose();
    }

    private async Task ServeAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                await AnswerAsync(client).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException or IOException)
            {
                // The asker went away, or we are stopping; the loop's condition tells which.
            }
            catch (Exception bug)
            {
                // The scope of a failed answer is the answer: without this nobody could ask again, nor the process stop in order.
                PartLog.StatusFailed(log, bug);
            }
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, timeout.Token);
        var buffer = new byte[QuestionBytesMax];
        var read = await client.ReceiveAsync(buffer, patience.Token).ConfigureAwait(false);
        var question = Encoding.ASCII.GetString(buffer, 0, read).Trim();
        var reply = await answer(question, patience.Token).ConfigureAwait(false);
        await client.SendAsync(JsonSerializer.SerializeToUtf8Bytes(reply), patience.Token).ConfigureAwait(false);
        client.Shutdown(SocketShutdown.Both);
    }
}
