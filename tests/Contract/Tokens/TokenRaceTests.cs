using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Marten;
using Sametime.Services.Providers.Sqlite;
using Sametime.Services.Providers.Subjects;
using Sametime.Services.Users.Tokens;
using Sametime.Services.Users.Tokens.Issued;
using Sametime.Tests.Contract.Providers;
using Sametime.Tests.Contract.Providers.Postgres;
using Sametime.Tests.Kit.Providers;
using Xunit;

namespace Sametime.Tests.Contract.Tokens;

/// <summary>Two Users applications on one store, on a real one of each kind: what only one of them may do is done by one of them.</summary>
[Trait("Needs", "Servers")]
public sealed class TokenRaceTests(PostgresSchema schema) : IClassFixture<PostgresSchema>, IAsyncDisposable
{
    private const int Tokens = 40;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("token-races");
    private readonly TemporaryStore _sqlite = new();
    private readonly List<TokenBook> _books = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _books.ForEach(static book => book.Dispose());
        await schema.CloseAsync();
        await _sqlite.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S11_A_one_time_token_shown_to_two_applications_at_once_lets_in_once(bool onPostgres)
    {
        var (first, second) = (await OpenAsync(onPostgres), await OpenAsync(onPostgres));
        var tokens = await IssueAsync(first, oneTime: true);

        foreach (var token in tokens)
        {
            var outcomes = await Task.WhenAll(new[] { first, second, first, second }.Select((book, i) => Task.Run(async () => await book.TakeAsync(token, [(byte)i], Stop))));
            Assert.Single(outcomes, static isIn => isIn);
            Assert.False(await second.TakeAsync(token, [9], Stop));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_attempt_asked_about_at_two_applications_at_once_is_let_in_by_both(bool onPostgres)
    {
        var (first, second) = (await OpenAsync(onPostgres), await OpenAsync(onPostgres));
        foreach (var token in await IssueAsync(first, oneTime: true))
        {
            var outcomes = await Task.WhenAll(new[] { first, second }.Select(book => Task.Run(async () => await book.TakeAsync(token, [7], Stop))));
            Assert.Equal([true, true], outcomes);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S11_What_is_spent_or_revoked_at_one_application_is_so_at_the_other_at_once_and_after_a_restart(bool onPostgres)
    {
        var (first, second) = (await OpenAsync(onPostgres), await OpenAsync(onPostgres));
        var spent = (await IssueAsync(first, oneTime: true))[0];
        var lasting = (await IssueAsync(first, oneTime: false))[0];
        Assert.True(await first.TakeAsync(spent, [1], Stop));
        Assert.True(await second.TakeAsync(lasting, [1], Stop));
        Assert.False(await second.TakeAsync(spent, [2], Stop));

        await first.RevokeAsync(new UserId("alice"), "operator", Stop);
        Assert.False(await second.TakeAsync(lasting, [2], Stop));
        var restarted = await OpenAsync(onPostgres);
        Assert.False(await restarted.TakeAsync(lasting, [3], Stop));
        Assert.False(await restarted.TakeAsync(spent, [3], Stop));
        Assert.True(await restarted.TakeAsync((await IssueAsync(second, oneTime: false))[0], [4], Stop));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_token_of_somebody_who_was_erased_lets_in_nobody_who_has_his_id(bool onPostgres)
    {
        var store = await OpenStoreAsync(onPostgres);
        var book = Open(store);
        var token = (await IssueAsync(book, oneTime: false))[0];
        Assert.True(await book.TakeAsync(token, [1], Stop));

        var keys = store is SqliteEventStore sqlite ? (ISubjectKeys)sqlite.Keys : ((MartenEventStore)store).Part.Keys;
        await keys.EraseAsync([(await keys.FindAsync("alice", Stop))!.Id], Stop);

        Assert.False(await book.TakeAsync(token, [2], Stop));
        Assert.True(await book.TakeAsync((await IssueAsync(book, oneTime: false))[0], [3], Stop));
    }

    // Each with connections of its own, as two processes have them.
    private async Task<TokenBook> OpenAsync(bool onPostgres) => Open(await OpenStoreAsync(onPostgres));

    private async Task<IEventStore> OpenStoreAsync(bool onPostgres) => onPostgres ? await schema.OpenAsync() : _sqlite.Open();

    private TokenBook Open(IEventStore store)
    {
        var book = new TokenBook(store, TimeProvider.System);
        _books.Add(book);
        return book;
    }

    private async Task<IReadOnlyList<SametimeToken>> IssueAsync(TokenBook book, bool oneTime)
    {
        var directory = new InMemoryDirectory();
        await directory.AddUserAsync(new UserRecord(new UserId("alice"), "Alice", []), "hash", Stop);
        var file = Path.Combine(_folder.FullName, "token.keys");
        TokenKeyFile.Ensure(file, TimeProvider.System);
        var keys = new TokenKeys(file, TimeSpan.FromSeconds(1), TimeProvider.System, NullLogger.Instance);
        var issuer = new TokenIssuer(directory, keys, book, new TokenOptions(), TimeProvider.System);
        var issued = await Task.WhenAll(Enumerable.Range(0, Tokens).Select(async _ => await issuer.IssueAsync(new UserId("alice"), oneTime, null, null, "test", Stop)));
        return [.. issued.Select(one => SametimeToken.Open(one!.Token, keys.Find)!)];
    }
}
