using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Crypto;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Users.Tokens;
using Sametime.Services.Users.Tokens.Issued;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Events;
using Sametime.Tests.Kit.Loop;
using Xunit;

namespace Sametime.Tests.Unit.Users.Tokens;

/// <summary>Tokens of ours: who gets in, and everything that does not let anybody in.</summary>
public sealed class SametimeTokenTests : IAsyncLifetime
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TokenScene _it = null!;

    public async ValueTask InitializeAsync() => _it = await TokenScene.StartAsync();

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public void It_takes_tokens_and_no_passwords() => Assert.Equal((true, false), (_it.Provider.Takes(CredentialKind.Token), _it.Provider.Takes(CredentialKind.Password)));

    [Theory]
    [InlineData("alice")]
    [InlineData("ALICE")]
    [InlineData("alice@example.com")]
    [InlineData("")]
    public async Task S129_A_token_lets_its_user_in_by_any_of_his_names_or_none(string typed)
    {
        var token = await _it.IssueAsync();

        Assert.Equal("alice", (await _it.LogInAsync(token, typed)).User?.Id.Value);
        Assert.Equal("alice", (await _it.LogInAsync(token, typed)).User?.Id.Value);
    }

    [Fact]
    public async Task S11_A_token_of_another_user_is_no_token()
    {
        var token = await _it.IssueAsync(user: "bob");

        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token, "alice"));
        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token, "nobody"));
        Assert.NotNull((await _it.LogInAsync(token, "bob")).User);
    }

    [Fact]
    public async Task S11_A_token_ends_at_its_time_and_not_before()
    {
        var token = await _it.IssueAsync(lifetime: TimeSpan.FromMinutes(5));

        _it.Time.Advance(TimeSpan.FromMinutes(6) - TimeSpan.FromMilliseconds(1)); // clocks may be a minute apart
        Assert.NotNull((await _it.LogInAsync(token)).User);
        _it.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(Authentication.TokenExpired, await _it.LogInAsync(token));
    }

    [Fact]
    public async Task S11_A_token_of_a_clock_that_is_ahead_counts_a_minute_early_and_not_sooner()
    {
        _it.Time.Advance(TimeSpan.FromMinutes(2));
        var token = await _it.IssueAsync();
        _it.Time.AdjustTime(_it.Time.GetUtcNow() - TimeSpan.FromSeconds(61));
        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token));

        _it.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull((await _it.LogInAsync(token)).User);
    }

    [Fact]
    public async Task S11_A_bound_token_is_good_from_its_address_only()
    {
        var token = await _it.IssueAsync(address: TokenScene.Office);

        Assert.Equal(Authentication.TokenOfOtherAddress, await _it.LogInAsync(token, from: TokenScene.Elsewhere));
        Assert.Equal(Authentication.TokenOfOtherAddress, await _it.LogInAsync(token, from: IPAddress.Parse("2001:db8::7")));
        Assert.NotNull((await _it.LogInAsync(token, from: TokenScene.Office.MapToIPv6())).User);
    }

    [Fact]
    public async Task S11_A_token_for_another_community_is_no_token()
    {
        var theirs = new TokenOptions { Audience = "theirs" };
        var token = Encoding.ASCII.GetString((await new TokenIssuer(_it.Directory, _it.Keys, _it.Book, theirs, _it.Time)
            .IssueAsync(new UserId("alice"), oneTime: false, lifetime: null, address: null, "test", Stop))!.Token);

        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token));
    }

    [Fact]
    public async Task S11_No_single_bit_of_a_token_can_be_altered()
    {
        var token = Encoding.ASCII.GetBytes(await _it.IssueAsync());
        for (var bit = 0; bit < token.Length * 8; bit++)
        {
            var altered = token.ToArray();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(altered));
        }

        for (var length = 0; length < token.Length; length++)
            Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token[..length]));
        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync([.. token, (byte)'A']));
        Assert.NotNull((await _it.LogInAsync(token)).User);
    }

    [Fact]
    public async Task S11_A_token_has_one_spelling()
    {
        // Of each length that base64 can have at its end: there its last character may have bits that mean nothing.
        string[] tokens = [await _it.IssueAsync(), await _it.IssueAsync(user: "bob"), await _it.IssueAsync(user: "bob", address: TokenScene.Office)];
        Assert.Equal(3, tokens.Select(static token => (token.Length - 4) % 4).Distinct().Count());
        foreach (var token in tokens)
        {
            foreach (var last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".Where(letter => letter != token[^1]))
                Assert.Null(SametimeToken.Open(Encoding.ASCII.GetBytes(token[..^1] + last), _it.Keys.Find));
            foreach (var other in (string[])[token + "=", token + " ", token + "\n", token[..20] + " " + token[20..], token[..20] + "\r\n" + token[20..]])
                Assert.Null(SametimeToken.Open(Encoding.ASCII.GetBytes(other), _it.Keys.Find));
            Assert.NotNull(SametimeToken.Open(Encoding.ASCII.GetBytes(token), _it.Keys.Find));
        }
    }

    [Fact]
    public async Task S11_A_token_under_a_key_of_somebody_else_is_no_token()
    {
        var known = _it.Keys.Signing;
        var token = new SametimeToken(
            known.Id, OneTime: false, Opaque.Wrap(RandomNumberGenerator.GetBytes(32)), new UserId("alice"), "sametime",
            _it.Time.GetUtcNow(), _it.Time.GetUtcNow().AddMinutes(5), default);
        await _it.Book.NoteAsync(token, "test", Stop);
        var stranger = known with { Secret = RandomNumberGenerator.GetBytes(32) };

        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token.Sign(stranger)));
        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync((token with { Key = known.Id + 1 }).Sign(known)));
        Assert.NotNull((await _it.LogInAsync(token.Sign(known))).User);
    }

    [Fact]
    public async Task A_well_signed_token_that_the_store_never_saw_is_no_token()
    {
        // As after the store was set back to an older backup: what was spent meanwhile must not come back to life.
        var token = new SametimeToken(
            _it.Keys.Signing.Id, OneTime: true, Opaque.Wrap(RandomNumberGenerator.GetBytes(32)), new UserId("alice"), "sametime",
            _it.Time.GetUtcNow(), _it.Time.GetUtcNow().AddMinutes(5), default);

        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token.Sign(_it.Keys.Signing)));
    }

    [Fact]
    public async Task S11_A_one_time_token_is_good_once_whichever_process_is_asked()
    {
        var token = await _it.IssueAsync(oneTime: true);
        var other = OtherProcess();

        Assert.NotNull((await _it.LogInAsync(token)).User);
        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token));
        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token, provider: other));
    }

    [Fact]
    public async Task A_one_time_token_may_be_asked_about_again_in_the_attempt_that_spent_it()
    {
        // A login that a hub sends to the user's home is checked at both.
        var token = await _it.IssueAsync(oneTime: true);

        Assert.NotNull((await _it.LogInAsync(token, attempt: 77)).User);
        Assert.NotNull((await _it.LogInAsync(token, provider: OtherProcess(), attempt: 77)).User);
        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token, attempt: 78));
    }

    public static TheoryData<byte[], byte[], bool> Attempts => new()
    {
        { [], [], false },
        { [], [77], false },
        { [77], [], false },
        { [77], [78], false },
        { [77], [77], true },
    };

    [Theory]
    [MemberData(nameof(Attempts))]
    public async Task A_spent_token_is_good_in_the_attempt_that_named_itself_when_it_spent_it_and_in_no_other(byte[] first, byte[] second,
        bool isGood)
    {
        var token = SametimeToken.Open(Encoding.ASCII.GetBytes(await _it.IssueAsync(oneTime: true)), _it.Keys.Find)!;
        var other = _it.OpenBook();

        Assert.True(await _it.Book.TakeAsync(token, new Opaque(first), Stop));
        Assert.Equal(isGood, await other.TakeAsync(token, new Opaque(second), Stop));
        Assert.Equal(isGood, await _it.Book.TakeAsync(token, new Opaque(second), Stop));
    }

    [Theory]
    [MemberData(nameof(Attempts))]
    public async Task Of_two_who_spend_a_token_at_once_one_is_let_in_unless_they_are_one_attempt(byte[] first, byte[] second, bool isGood)
    {
        var token = SametimeToken.Open(Encoding.ASCII.GetBytes(await _it.IssueAsync(oneTime: true)), _it.Keys.Find)!;
        using var late = new TokenBook(new BehindStore(_it.Store), _it.Time);

        Assert.True(await _it.Book.TakeAsync(token, new Opaque(first), Stop));
        Assert.Equal(isGood, await late.TakeAsync(token, new Opaque(second), Stop));
    }

    [Fact]
    public async Task A_book_that_was_given_up_or_failed_in_the_middle_of_a_question_answers_the_next_one()
    {
        var store = new BehindStore(_it.Store) { Failure = new StoreUnavailableException("gone") };
        using var book = new TokenBook(store, _it.Time);
        for (var time = 1; time <= 2; time++)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => AskAsync(Stop));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskAsync(new(true)));
        }

        store.Failure = null;
        await book.RevokeAsync(new UserId("alice"), "operator", Stop);
        Assert.True(await AskAsync(Stop));
        Assert.False(await book.IsRevokedAsync(new UserId("alice"), _it.Time.GetUtcNow().AddTicks(10_000), Stop));
        Assert.False(await book.IsRevokedAsync(new UserId("bob"), _it.Time.GetUtcNow(), Stop));

        Task<bool> AskAsync(CancellationToken stop) =>
            book.IsRevokedAsync(new UserId("alice"), _it.Time.GetUtcNow(), stop).AsTask().ForAsync("the book answers", CancellationToken.None);
    }

    [Fact]
    public async Task A_book_that_is_closed_answers_nobody()
    {
        var book = new TokenBook(_it.Store, _it.Time);
        Assert.False(await book.IsRevokedAsync(new UserId("alice"), _it.Time.GetUtcNow(), Stop));
        book.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await book.IsRevokedAsync(new UserId("alice"), _it.Time.GetUtcNow(), Stop));
    }

    [Fact]
    public async Task A_life_that_does_not_begin_with_its_being_issued_to_its_user_is_none()
    {
        // Of somebody who was erased the store has another name than his token.
        var token = SametimeToken.Open(Encoding.ASCII.GetBytes(await _it.IssueAsync()), _it.Keys.Find)!;
        foreach (var first in (IEvent[])[
            new TokenIssued(new UserId("erased-1"), token.Digest, token.Expires, false, "test"), new TokenSpent(token.User, token.Digest, token.Expires, "77")])
        {
            var store = new InMemoryEventLog();
            await store.AppendAsync(EventStreamName.Token(token.Digest), ExpectedVersion.None, [new NewEvent(first, _it.Time.GetUtcNow())], Stop);
            using var book = new TokenBook(store, _it.Time);
            Assert.False(await book.TakeAsync(token, [77], Stop));
        }
    }

    [Fact]
    public async Task Who_is_given_the_id_of_somebody_who_left_for_a_login_name_is_not_let_in_by_the_tokens_of_the_other()
    {
        var token = await _it.IssueAsync();
        await _it.Directory.RemoveUserAsync(new UserId("alice"), Stop);
        await _it.Directory.AddUserAsync(new UserRecord(new UserId("alicia"), "Alicia", ["alice"]), "hash", Stop);

        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token));
        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token, typed: ""));
    }

    [Fact]
    public async Task A_refused_one_time_token_is_not_spent()
    {
        var token = await _it.IssueAsync(oneTime: true, address: TokenScene.Office);

        Assert.Equal(Authentication.TokenOfOtherAddress, await _it.LogInAsync(token, from: TokenScene.Elsewhere));
        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token, "bob"));
        Assert.NotNull((await _it.LogInAsync(token)).User);
    }

    [Fact]
    public async Task S11_Revoking_ends_what_was_issued_before_and_nothing_else()
    {
        var (before, bobs) = (await _it.IssueAsync(), await _it.IssueAsync(user: "bob"));
        var other = OtherProcess();
        Assert.NotNull((await _it.LogInAsync(before, provider: other)).User);

        await _it.Book.RevokeAsync(new UserId("ALICE"), "operator", Stop);

        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(before));
        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(before, provider: other));
        Assert.NotNull((await _it.LogInAsync(bobs, "bob", provider: other)).User);
        Assert.NotNull((await _it.LogInAsync(await _it.IssueAsync())).User); // in the very same moment
    }

    [Fact]
    public async Task S11_A_user_who_left_the_directory_has_no_token()
    {
        var token = await _it.IssueAsync();
        await _it.Directory.RemoveUserAsync(new UserId("alice"), Stop);

        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(token));
        Assert.Null(await _it.Issuer.IssueAsync(new UserId("alice"), oneTime: false, null, null, "test", Stop));
    }

    [Fact]
    public async Task A_directory_that_does_not_answer_refuses_nobody_for_good()
    {
        var token = await _it.IssueAsync(oneTime: true);
        _it.Directory.IsBroken = true;
        Assert.Equal(Authentication.Unavailable, await _it.LogInAsync(token));

        _it.Directory.IsBroken = false;
        Assert.NotNull((await _it.LogInAsync(token)).User);
    }

    [Fact]
    public async Task S11_Keys_are_rotated_without_logging_anybody_out()
    {
        var other = OtherProcess(); // has read the file before
        var old = await _it.IssueAsync();
        _it.Time.Advance(TimeSpan.FromMinutes(1));
        var rotated = TokenKeyFile.Rotate(_it.KeyFile, _it.Options.LifetimeMax + _it.Options.ClockSkew, _it.Time);
        var fresh = await _it.IssueAsync();

        Assert.Empty(rotated.Dropped);
        Assert.Equal(rotated.Added.Id, _it.Keys.Signing.Id);
        foreach (var token in new[] { old, fresh })
        {
            Assert.NotNull((await _it.LogInAsync(token)).User);
            Assert.NotNull((await _it.LogInAsync(token, provider: other)).User);
        }
    }

    [Fact]
    public async Task S11_A_key_that_is_gone_takes_its_tokens_with_it()
    {
        var old = await _it.IssueAsync(lifetime: TimeSpan.FromHours(12));
        File.Delete(_it.KeyFile);
        TokenKeyFile.Ensure(_it.KeyFile, _it.Time);

        Assert.Equal(Authentication.TokenInvalid, await _it.LogInAsync(old));
    }

    [Fact]
    public async Task Nobody_gets_a_token_for_longer_than_is_allowed()
    {
        var issued = await _it.Issuer.IssueAsync(new UserId("alice"), oneTime: false, TimeSpan.FromDays(400), null, "test", Stop);

        Assert.Equal(_it.Time.GetUtcNow() + _it.Options.LifetimeMax, issued!.Expires);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_token_for_no_time_is_good_for_the_usual_time(int seconds)
    {
        var issued = await _it.Issuer.IssueAsync(new UserId("alice"), oneTime: false, TimeSpan.FromSeconds(seconds), null, "test", Stop);

        Assert.Equal(_it.Time.GetUtcNow() + _it.Options.Lifetime, issued!.Expires);
    }

    [Fact]
    public async Task S16_No_part_of_a_token_is_in_the_store_or_in_a_text_about_it()
    {
        var token = await _it.IssueAsync(oneTime: true);
        await _it.LogInAsync(token);
        var id = SametimeToken.Open(Encoding.ASCII.GetBytes(token), _it.Keys.Find)!;
        byte[][] canaries = [Encoding.ASCII.GetBytes(token[4..40]), id.Id.Span.ToArray()];

        var facts = await _it.Store.ReadAllAsync(0, Stop).ToListAsync(Stop);
        Assert.Equal([typeof(TokenIssued), typeof(TokenSpent)], facts.Select(static stored => stored.Envelope.Payload.GetType()));
        foreach (var canary in canaries)
        {
            Assert.DoesNotContain(facts, stored => FactText.Shows(stored.Envelope.Payload, canary));
            Assert.False(FactText.Shows(id.ToString(), canary));
        }
    }

    private SametimeTokenProvider OtherProcess() => new(
        _it.Directory, _it.OpenKeys(), _it.OpenBook(), _it.Options, _it.Time, NullLogger<SametimeTokenProvider>.Instance);

    /// <summary>A store as another process sees it that reads just before somebody else writes: of a token's life the first event only. Fails when
    /// told to.</summary>
    private sealed class BehindStore(IEventStore store) : IEventStore
    {
        private int _reads;

        public StoreException? Failure { get; set; }

        public ValueTask<IReadOnlyList<StoredEvent>> AppendAsync(
            EventStreamName stream, long expectedVersion, IReadOnlyList<NewEvent> events, CancellationToken stop) =>
            store.AppendAsync(stream, expectedVersion, events, stop);

        public IAsyncEnumerable<StoredEvent> ReadStreamAsync(EventStreamName stream, long afterSequence, CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            if (Failure is { } failure)
                throw failure;
            var events = store.ReadStreamAsync(stream, afterSequence, stop);
            return stream != EventStreamName.RevokedTokens && _reads++ == 0 ? events.Take(1) : events;
        }

        public IAsyncEnumerable<StoredEvent> ReadAllAsync(long afterPosition, CancellationToken stop) => store.ReadAllAsync(afterPosition, stop);
    }
}
