using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Users.Tokens;
using Sametime.Services.Users.Tokens.Issued;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Hub;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Kit.Providers;
using Xunit;
using OpenedStore = Sametime.Compose.Hosting.Store;

namespace Sametime.Tests.Unit.Users.Tokens;

/// <summary>Alice and bob, a clock to turn, a key file and an embedded store, and the provider of our own tokens over them.</summary>
internal sealed class TokenScene : IAsyncDisposable
{
    public static readonly IPAddress Office = IPAddress.Parse("192.0.2.7");
    public static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.8");

    private readonly string _folder;
    private readonly OpenedStore _store;
    private readonly List<TokenBook> _books = [];
    private byte _attempts;

    private TokenScene(string folder, OpenedStore store)
    {
        (_folder, _store) = (folder, store);
        KeyFile = Path.Combine(folder, "token.keys");
        TokenKeyFile.Ensure(KeyFile, Time);
        Keys = OpenKeys();
        Book = OpenBook();
        Issuer = new TokenIssuer(Directory, Keys, Book, Options, Time);
        Provider = new SametimeTokenProvider(Directory, Keys, Book, Options, Time, NullLogger<SametimeTokenProvider>.Instance);
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 6, 12, 0, 0, TimeSpan.Zero));

    public TokenOptions Options { get; } = new() { KeyFileInterval = TimeSpan.Zero };

    public InMemoryDirectory Directory { get; } = new();

    public RecordedEvents Events { get; } = new();

    public string KeyFile { get; }

    public TokenKeys Keys { get; }

    public TokenBook Book { get; }

    public TokenIssuer Issuer { get; }

    public SametimeTokenProvider Provider { get; }

    public IEventStore Store => _store.Events;

    public static async Task<TokenScene> StartAsync()
    {
        var data = new DataDirectory(System.IO.Directory.CreateTempSubdirectory("token-tests").FullName);
        data.Create();
        var store = await OpenedStore.OpenAsync(
            data, ServerSettings.Load(data, SettingOverrides.Split([])), new EventSource(1, 1), NullLoggerFactory.Instance, Stop);
        var scene = new TokenScene(data.Path, store);
        foreach (var id in new[] { "alice", "bob" })
            await scene.Directory.AddUserAsync(new UserRecord(new UserId(id), id, [$"{id}@example.com"]), "hash", Stop);
        return scene;
    }

    /// <summary>The keys as another process reads them.</summary>
    public TokenKeys OpenKeys(ILogger? log = null) => new(KeyFile, Options.KeyFileInterval, Time, log ?? NullLogger.Instance);

    /// <summary>What another process knows of the store.</summary>
    public TokenBook OpenBook()
    {
        var book = new TokenBook(Store, Time);
        _books.Add(book);
        return book;
    }

    /// <summary>The text of a token for alice.</summary>
    public async Task<string> IssueAsync(bool oneTime = false, TimeSpan? lifetime = null, IPAddress? address = null, string user = "alice") =>
        Encoding.ASCII.GetString((await Issuer.IssueAsync(new UserId(user), oneTime, lifetime, address, "test", Stop))!.Token);

    /// <summary>
    /// One more attempt to log in, from the office unless said otherwise. It ends also where a mistake makes it wait on the clock, which stands
    /// still unless the test turns it.
    /// </summary>
    public Task<Authentication> LogInAsync(
        string token, string typed = "alice", IPAddress? from = null, IAuthenticationProvider? provider = null, byte? attempt = null) =>
        LogInAsync(Encoding.ASCII.GetBytes(token), typed, from, provider, attempt);

    public async Task<Authentication> LogInAsync(
        byte[] token, string typed = "alice", IPAddress? from = null, IAuthenticationProvider? provider = null, byte? attempt = null)
    {
        using var credential = new Credential(CredentialKind.Token, [.. token]) { Attempt = [attempt ?? ++_attempts] };
        return await (provider ?? Provider).VerifyAsync(typed, credential, from ?? Office, Stop).AsTask()
            .ForAsync($"a login by token as '{typed}' from {from ?? Office} has an answer without the clock being turned", CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var book in _books)
            book.Dispose();
        await _store.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }
}
