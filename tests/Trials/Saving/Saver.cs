using System.Net;
using System.Net.Sockets;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Storage;
using Sametime.Tests.Kit.Clients;

namespace Sametime.Tests.Trials.Saving;

/// <summary>
/// Somebody at a client who saves one number after the other, each under two keys at once, and comes back when he is put out. The ledger
/// knows what he was told.
/// </summary>
internal sealed class Saver(IPEndPoint door, string name, string password, Ledger ledger, TimeSpan pace = default)
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);

    // Above what official clients keep for themselves.
    public const uint FirstKey = 0x00020000;
    public const uint SecondKey = FirstKey + 1;

    /// <summary>Goes on until it is over.</summary>
    public async Task RunAsync(CancellationToken over)
    {
        try
        {
            while (!over.IsCancellationRequested)
            {
                await SaveWhileConnectedAsync(over);
                await Task.Delay(BetweenAttempts, over);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // It is over.
        }
    }

    // Ends when the server does, or lets nobody in.
    private async Task SaveWhileConnectedAsync(CancellationToken over)
    {
        try
        {
            await using var client = await CommunityClient.LogInAsync(door, name, password, over);
            var channel = await client.OpenAsync(ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, over);
            while (!over.IsCancellationRequested)
            {
                await SaveAsync(client, channel, over);
                if (pace > TimeSpan.Zero)
                    await Task.Delay(pace, over);
            }
        }
        catch (Exception end) when (end is IOException or SocketException or TimeoutException)
        {
            // What was under way may or may not have been saved: it stays unanswered in the ledger.
        }
    }

    private async Task SaveAsync(CommunityClient client, ChannelId channel, CancellationToken over)
    {
        var number = ledger.Send(name);
        var value = SavedValue.Of(number);
        await client.SendPayloadAsync(channel, new StorageSave(number, [new StorageItem(FirstKey, value), new StorageItem(SecondKey, value)]));
        if (await AnswerAsync(client, channel, over) is not { } answer)
            throw new IOException("The channel ended.");
        if (answer.RequestId == number && answer.Result == Reason.Success)
            ledger.Acknowledge(name, number);
        else
            ledger.Refuse();
    }

    // Null when the channel ends instead, which it does when the server application is gone.
    private static async Task<StorageSaved?> AnswerAsync(CommunityClient client, ChannelId channel, CancellationToken over)
    {
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(over);
        var answer = client.TakePayloadAsync<StorageSaved>(channel, answered.Token);
        var end = client.TakeAsync<ChannelDestroy>(answered.Token, channel);
        var first = await Task.WhenAny(answer, end);
        await answered.CancelAsync();
        await Task.WhenAll(answer, end).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (first == answer)
            return await answer;
        await end;
        return null;
    }
}
