using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sametime.Compose.Hosting;

namespace Sametime.Compose.Control;

/// <summary>Asks the processes of a data directory for their state.</summary>
internal static class StatusClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The answers by role, of every process that runs in <paramref name="data"/>; empty when none does.</summary>
    public static async Task<JsonObject> AskAllAsync(DataDirectory data, string question, CancellationToken stop)
    {
        var answers = new JsonObject();
        if (!Directory.Exists(data.RunFolder))
        {
            return answers;
        }

        foreach (var socket in Directory.EnumerateFiles(data.RunFolder, "*.sock").Order(StringComparer.Ordinal))
        {
            if (await AskAsync(socket, question, stop) is { } answer)
            {
                answers[Path.GetFileNameWithoutExtension(socket)] = answer;
            }
        }

        return answers;
    }

    /// <summary>The answer of the process that plays this role in <paramref name="data"/>; null when none does.</summary>
    public static Task<JsonNode?> AskAsync(DataDirectory data, string role, string question, CancellationToken stop) =>
        AskAsync(StatusServer.SocketPath(data, role), question, stop);

    private static async Task<JsonNode?> AskAsync(string path, string question, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), patience.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes(question + "\n"), patience.Token);
            using var stream = new NetworkStream(socket);
            return await JsonNode.ParseAsync(stream, cancellationToken: patience.Token);
        }
        catch (SocketException)
        {
            // Left behind by a process that was killed: nobody listens there any more.
            return null;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            // It ended while it answered.
            return null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.Failure, $"the process behind {path} does not answer");
        }
    }
}
