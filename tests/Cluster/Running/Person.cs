using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Clients;

namespace Sametime.Tests.Cluster.Running;

/// <summary>Somebody at a client of one Edge who comes back when he is put out, as people's clients do.</summary>
internal sealed class Person(ThreeHubs cluster, int user, int edge) : IAsyncDisposable
{
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(500);

    // What clients take for a reason to try again; with any other they would bother their user, or give up.
    private static readonly Reason[] TryAgain = [Reason.ConnectionBroken, Reason.ServerNotResponding, Reason.ServerFull];

    private CommunityClient? _client;

    /// <summary>His Edge, and the hub that it prefers, from 0.</summary>
    public int Edge => edge;

    public string Name { get; } = ThreeHubs.NameOf(user);

    public bool IsLoggedIn => _client is not null;

    public CommunityClient Client => _client ?? throw new InvalidOperationException($"{Name} is not logged in");

    /// <summary>The hub that he is at, from 0.</summary>
    public int Hub => LoginId.TryParse(Client.LoginId, out var id) ? id.Hub - 1 : throw new InvalidDataException($"{Client.LoginId} is no login id");

    /// <summary>Logs in at once.</summary>
    public async Task LogInAsync(CancellationToken stop)
    {
        if (await TryLogInAsync(stop) is { } refusal)
            Assert.Fail($"{Name} was refused with {refusal}.");
    }

    /// <summary>Logs in; the reason when he is refused, which is one to try again.</summary>
    public async Task<Reason?> TryLogInAsync(CancellationToken stop)
    {
        var client = await CommunityClient.ConnectAsync(cluster.Door(edge), from: null, stop);
        try
        {
            await client.SendLoginAsync(Name, ThreeHubs.Password, stop);
            await client.IsLetInAsync(stop);
            _client = client;
            return null;
        }
        catch (IOException)
        {
            var reason = await client.EndAsync(stop) ?? Reason.ConnectionBroken;
            await client.DisposeAsync();
            Assert.Contains(reason, TryAgain);
            return reason;
        }
    }

    /// <summary>Waits until he is put out, with a reason to try again.</summary>
    public async Task IsPutOutAsync(CancellationToken stop)
    {
        var reason = await Client.EndAsync(stop);
        Assert.True(reason is { } given && TryAgain.Contains(given), $"{Name} was put out with {reason?.ToString() ?? "no reason"}.");
        await LetGoAsync();
    }

    /// <summary>Waits until he is put out, and is back.</summary>
    public async Task ComeBackAsync(CancellationToken stop)
    {
        await IsPutOutAsync(stop);
        await LogInPatientlyAsync(stop);
    }

    /// <summary>Tries until he is in, with a client's pause between two attempts.</summary>
    public async Task LogInPatientlyAsync(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(BackWithin);
        while (await TryLogInAsync(patience.Token) is not null)
            await Task.Delay(BetweenAttempts, patience.Token);
    }

    /// <summary>Says goodbye.</summary>
    public async Task LogOutAsync(CancellationToken stop)
    {
        await Client.LogOutAsync(stop);
        await LetGoAsync();
    }

    public ValueTask DisposeAsync() => LetGoAsync();

    private async ValueTask LetGoAsync()
    {
        if (_client is { } client)
            await client.DisposeAsync();
        _client = null;
    }
}
