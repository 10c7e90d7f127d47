using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Participants;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers.Subjects;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

/// <summary>What is personal lies sealed in the server's own stores, and can be forgotten.</summary>
public abstract class EventSealingContract : IAsyncDisposable
{
    private const int LinesOfEach = 100;

    private static readonly UserId Alice = new("alice-canary0001");
    private static readonly UserId Bob = new("bob");
    private static readonly DateTimeOffset Noon = new(2026, 5, 6, 12, 0, 0, TimeSpan.Zero);

    // In ids, names, descriptions, passwords, values, texts, addresses: each once at least.
    private static readonly string[] Canaries = [.. Enumerable.Range(1, 20).Select(n => string.Create(CultureInfo.InvariantCulture, $"canary{n:D4}"))];

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    public abstract ValueTask DisposeAsync();

    /// <summary>Opens the store as one more process would.</summary>
    private protected abstract Task<SealedStore> OpenAsync(StoreKey? key = null, TimeProvider? time = null);

    /// <summary>All that the store has written anywhere, as bytes read as Latin-1.</summary>
    protected abstract Task<string> EverythingAsync();

    /// <summary>Copies the events with all that is folded from them, and not the keys.</summary>
    protected abstract Task BackUpAsync();

    /// <summary>Closes what is open and puts the copy in the place of what is there.</summary>
    protected abstract Task RestoreAsync();

    /// <summary>Loses the keys of persons while nothing is open.</summary>
    protected abstract Task LoseKeysAsync();

    /// <summary>All current values as text, in one order.</summary>
    protected abstract Task<List<string>> DumpAsync();

    /// <summary>Writes facts as the first version did: in the clear, under the streams of that time.</summary>
    protected abstract Task WriteInTheClearAsync(IReadOnlyList<(EventStreamName Stream, IEvent Fact)> facts);

    [Fact]
    public async Task After_an_erase_nothing_of_the_person_is_left_and_everybody_else_is_as_he_was()
    {
        var store = await OpenAsync();
        await LiveAsync(store);
        var before = await EverythingAsync();
        Assert.All(Canaries.Take(10), canary => Assert.Contains(canary, before, StringComparison.OrdinalIgnoreCase)); // current values, so the search finds what is there
        var bobsLines = (await LinesAsync(store)).Where(line => line.AuthorUser == Bob).ToList();

        Assert.Equal(Erased.Done, await EraseAsync(store));

        var after = await EverythingAsync();
        Assert.All(Canaries, canary => Assert.DoesNotContain(canary, after, StringComparison.OrdinalIgnoreCase));
        var lines = await LinesAsync(store);
        var gone = lines.Select(line => line.AuthorUser).Distinct().Single(user => user != Bob);
        Assert.StartsWith("erased-", gone.Value, StringComparison.Ordinal);
        Assert.Equal(bobsLines.Select(line => line with { RecipientUser = gone }), lines.Where(line => line.AuthorUser == Bob));
        Assert.All(lines.Where(line => line.AuthorUser == gone), line => Assert.Equal("[erased]", line.Text));
        Assert.Equal(2 * LinesOfEach, lines.Count);

        Assert.Null(await store.Directory.FindUserAsync(Alice, _stop));
        Assert.NotNull(await store.Directory.FindUserAsync(Bob, _stop));
        Assert.Equal([7], (await store.Storage.LoadAsync(Bob, [1], _stop))[0].Value);
        Assert.Equal(gone, Assert.Single((await store.Privacy.LoadAsync(Bob, _stop))!.Users).User);
        var proof = await store.Events.ReadStreamAsync(EventStreamName.Audit, 0, _stop).Select(stored => stored.Envelope.Payload).ToListAsync(_stop);
        Assert.Equal(2, proof.OfType<SubjectErased>().Count()); // his id and his login name
        Assert.Empty((await store.Links.VerifyLinksAsync(null, _stop)).First);
        Assert.All(proof.OfType<SubjectErased>(), erased => Assert.Equal("operator", erased.Actor));
    }

    [Fact]
    public async Task After_an_erase_the_values_folded_anew_from_all_events_equal_the_live_ones()
    {
        var store = await OpenAsync();
        await LiveAsync(store);
        await EraseAsync(store);

        var live = await DumpAsync();
        Assert.Equal(await store.Events.ReadAllAsync(0, _stop).CountAsync(_stop), await store.RebuildAsync());
        Assert.Equal(live, await DumpAsync());
    }

    [Fact]
    public async Task An_older_copy_of_the_events_brings_nothing_of_an_erased_person_back()
    {
        var store = await OpenAsync();
        await LiveAsync(store);
        await BackUpAsync();
        await EraseAsync(store);
        await RestoreAsync();

        store = await OpenAsync();
        var lines = await LinesAsync(store);
        Assert.Equal(LinesOfEach, lines.Count(line => line.AuthorUser == Bob && line.Text.StartsWith("bob says", StringComparison.Ordinal)));
        Assert.Equal(LinesOfEach, lines.Count(line => line.AuthorUser != Bob && line.Text == "[erased]"));
        Assert.All(await store.Log.ReadAsync(LogRange.All, EventView.Plain, _stop).ToListAsync(_stop), stored =>
            Assert.DoesNotContain("canary", EventCatalogue.Current.Write(stored.Envelope.Payload).Json, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_new_user_of_the_same_id_has_a_stream_of_his_own_at_every_process()
    {
        var (store, other) = (await OpenAsync(), await OpenAsync());
        await LiveAsync(store);
        await other.Storage.SaveAsync(Alice, [new StoredItem(9, [9])], _stop);
        var former = (await store.Events.ReadStreamAsync(EventStreamName.User(Alice), 0, _stop).ToListAsync(_stop))[0].Envelope.Stream;
        await EraseAsync(store);

        Assert.Equal(0, await other.Events.ReadStreamAsync(EventStreamName.User(Alice), 0, _stop).CountAsync(_stop));
        await store.Directory.AddUserAsync(new UserRecord(Alice, "Another One", []), "hash", _stop);
        Assert.Equal(StorageSave.Saved, await other.Storage.SaveAsync(Alice, [new StoredItem(1, [1])], _stop));

        var saved = Assert.Single(await store.Events.ReadStreamAsync(EventStreamName.User(Alice), 0, _stop).ToListAsync(_stop));
        Assert.NotEqual(former, saved.Envelope.Stream);
        Assert.Equal((1L, new UserStorageItemSaved(Alice, 1, [1])), (saved.Envelope.Sequence, saved.Envelope.Payload));
        var live = await DumpAsync();
        await store.RebuildAsync();
        Assert.Equal(live, await DumpAsync());
    }

    [Fact]
    public async Task Without_names_each_person_is_one_id_everywhere_and_no_text_is_shown()
    {
        var store = await OpenAsync();
        await LiveAsync(store);

        var events = await store.Log.ReadAsync(LogRange.All, EventView.Pseudonymous, _stop).ToListAsync(_stop);

        Assert.Equal(await store.Events.ReadAllAsync(0, _stop).CountAsync(_stop), events.Count);
        Assert.All(events, stored => Assert.DoesNotContain("canary", stored.Envelope.Stream + EventCatalogue.Current.Write(stored.Envelope.Payload).Json, StringComparison.OrdinalIgnoreCase));
        var added = events.Select(stored => stored.Envelope.Payload).OfType<UserAdded>().Select(fact => fact.User).ToList();
        var lines = events.Select(stored => stored.Envelope.Payload).OfType<ChatLineCaptured>().ToList();
        Assert.Equal(added.ToHashSet(), lines.Select(line => line.AuthorUser).ToHashSet());
        Assert.Contains(events, stored => stored.Envelope.Stream == EventStreamName.Subject(added[0].Value));
        Assert.All(lines, line => Assert.Equal("[hidden]", line.Text));
    }

    [Fact]
    public async Task A_person_is_told_what_he_did_and_of_others_no_more_than_their_ids()
    {
        var store = await OpenAsync();
        await LiveAsync(store);
        var alice = (await store.Persons.Keys.FindAsync(Alice.Value, _stop))!.Id;

        var lines = (await store.Persons.ReadOfAsync(new HashSet<SubjectId> { alice }, _stop).ToListAsync(_stop)).Select(stored => stored.Envelope.Payload).OfType<ChatLineCaptured>().ToList();

        Assert.Equal(2 * LinesOfEach, lines.Count);
        Assert.All(lines.Where(line => line.AuthorUser == Alice), line => Assert.Contains("canary", line.Text, StringComparison.Ordinal));
        Assert.All(lines.Where(line => line.AuthorUser == Bob), line => Assert.Equal("[hidden]", line.Text));
    }

    [Fact]
    public async Task Another_process_that_has_read_a_person_reads_him_no_more_when_its_time_to_remember_is_over()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var (store, other) = (await OpenAsync(), await OpenAsync(time: time));
        await LiveAsync(store);
        Assert.Equal(LinesOfEach, (await LinesAsync(other)).Count(line => line.AuthorUser == Alice));
        await EraseAsync(store);

        time.Advance(new SubjectOptions().CacheLifetime);

        var lines = await LinesAsync(other);
        Assert.Equal((2 * LinesOfEach, LinesOfEach), (lines.Count, lines.Count(line => line.Text == "[erased]")));
        Assert.DoesNotContain(lines, line => line.AuthorUser == Alice || line.RecipientUser == Alice || line.Text.Contains("canary", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("al", "")]
    [InlineData("carol", "al")]
    public async Task A_login_name_that_is_somebody_elses_by_now_stays_his_when_the_one_who_had_it_is_erased(string id, string loginName)
    {
        var store = await OpenAsync();
        await store.Directory.AddUserAsync(new UserRecord(Alice, "Alice", ["al", "ally"]), "hash", _stop);
        await store.Directory.RenameUserAsync(Alice, "Alice", [], "", _stop);
        var next = new UserRecord(new UserId(id), "Al Next", loginName.Length == 0 ? [] : [loginName]);
        await store.Directory.AddUserAsync(next, "hash", _stop);
        var refused = new LoginRefused("al", "192.0.2.1", default, Reason.IncorrectLogin);
        await RecordAsync(store, EventStreamName.Hub(1, 2), [refused, refused with { LoginName = "ally" }]);

        Assert.Equal(Erased.Done, await EraseAsync(store));

        var facts = await store.Events.ReadAllAsync(0, _stop).Select(stored => stored.Envelope.Payload).ToListAsync(_stop);
        Assert.Contains(new UserAdded(next.Id, next.DisplayName, next.LoginNames, "", "hash"), facts);
        Assert.Contains(refused, facts);
        Assert.DoesNotContain(refused with { LoginName = "ally" }, facts);
        Assert.Equal(2, facts.OfType<SubjectErased>().Count()); // his id, and the name that nobody else took
        Assert.Equal(next, await store.Directory.FindByLoginNameAsync("al", _stop));
    }

    [Theory]
    [InlineData(nameof(IPersonalData.RemoveUserAsync))]
    [InlineData(nameof(IPersonalData.ForgetAsync))]
    [InlineData(nameof(ISubjectKeys.EraseAsync))]
    public async Task An_erase_that_failed_half_way_is_finished_by_doing_it_again(string failing)
    {
        var store = await OpenAsync();
        await LiveAsync(store);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => EraseAsync(store with { Persons = new FailingOnce(store.Persons, failing) }));

        Assert.Equal(Erased.Done, await EraseAsync(store));

        var left = await EverythingAsync();
        Assert.All(Canaries, canary => Assert.DoesNotContain(canary, left, StringComparison.OrdinalIgnoreCase));
        var proof = await store.Events.ReadStreamAsync(EventStreamName.Audit, 0, _stop).Select(stored => stored.Envelope.Payload).ToListAsync(_stop);
        Assert.Equal(2, proof.OfType<SubjectErased>().Count());
    }

    [Fact]
    public async Task Who_is_held_or_unknown_is_not_erased()
    {
        var store = await OpenAsync();
        await LiveAsync(store);

        Assert.Equal(Erased.Held, await EraseAsync(store, Alice, new Hold(Alice)));
        Assert.NotNull(await store.Directory.FindUserAsync(Alice, _stop));
        Assert.Equal(Erased.NotFound, await EraseAsync(store, new UserId("nobody")));
        Assert.Contains(await LinesAsync(store), line => line.AuthorUser == Alice);
    }

    [Fact]
    public async Task Another_store_key_or_the_loss_of_the_keys_is_said_in_one_sentence()
    {
        await LiveAsync(await OpenAsync());

        Assert.Contains("store key", (await Assert.ThrowsAsync<StoreCorruptException>(() => OpenAsync(TestKeys.Make(99)))).Message, StringComparison.Ordinal);
        await LoseKeysAsync();
        Assert.Contains("keys of persons", (await Assert.ThrowsAsync<StoreCorruptException>(() => OpenAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_earlier_version_wrote_in_the_clear_reads_as_it_is_goes_on_and_is_sealed_on_demand()
    {
        var clear = EventStreamName.User(Alice);
        (EventStreamName, IEvent)[] history =
        [
            (EventStreamName.Directory, new UserAdded(Alice, "Canary0002 Example", ["canary0003"], "", "canary0005")),
            (clear, new UserStorageItemSaved(Alice, 1, [1])),
            (clear, new PrivacyListSaved(Alice, true, [new PrivacyListed(Bob, "", "Bob")])),
        ];
        await WriteInTheClearAsync(history);
        var store = await OpenAsync();

        Assert.Equal(history.Select(pair => pair.Item2), (await store.Events.ReadAllAsync(0, _stop).ToListAsync(_stop)).Select(stored => stored.Envelope.Payload));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.Log.ReadAsync(LogRange.All, EventView.Pseudonymous, _stop).CountAsync(_stop));
        await store.Storage.SaveAsync(Alice, [new StoredItem(2, [2])], _stop);
        Assert.Equal([1, 2, 3], await SequencesAsync());

        Assert.Equal(history.Length, await store.Persons.SealHistoryAsync(_stop));
        Assert.Equal(0, await store.Persons.SealHistoryAsync(_stop));
        Assert.Equal([1, 2, 3], await SequencesAsync());
        Assert.Equal(
            history.Select(pair => pair.Item2).Append(new UserStorageItemSaved(Alice, 2, [2])),
            (await store.Events.ReadAllAsync(0, _stop).ToListAsync(_stop)).Select(stored => stored.Envelope.Payload));
        Assert.All(
            await store.Log.ReadAsync(LogRange.All, EventView.Pseudonymous, _stop).ToListAsync(_stop),
            stored => Assert.DoesNotContain("canary", stored.Envelope.Stream + EventCatalogue.Current.Write(stored.Envelope.Payload).Json, StringComparison.OrdinalIgnoreCase));
        await EraseAsync(store);
        Assert.DoesNotContain("canary", await EverythingAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Empty((await store.Links.VerifyLinksAsync(null, _stop)).First);

        async Task<IEnumerable<long>> SequencesAsync() => (await store.Events.ReadStreamAsync(clear, 0, _stop).ToListAsync(_stop)).Select(stored => stored.Envelope.Sequence);
    }

    // A user's life: an account, values, a privacy list, logins that fail and succeed, and a long conversation with somebody who stays.
    private async Task LiveAsync(SealedStore store)
    {
        await store.Directory.AddUserAsync(new UserRecord(Alice, $"{Canaries[1]} Example", [Canaries[2]], Canaries[3]), Canaries[4], _stop);
        await store.Directory.AddUserAsync(new UserRecord(Bob, "Bob", []), "hash", _stop);
        await store.Directory.SaveGroupAsync(new GroupRecord("staff", [Alice, Bob]), _stop);
        for (uint key = 0; key < 5; key++)
            await store.Storage.SaveAsync(Alice, [new StoredItem(key, Opaque.Create(Encoding.ASCII.GetBytes(Canaries[5 + (int)key])))], _stop);
        await store.Privacy.SaveAsync(Alice, new PrivacyInfo(true, [new UserItem(Bob, "", "Bob")]), _stop);
        await store.Storage.SaveAsync(Bob, [new StoredItem(1, [7])], _stop);
        await store.Privacy.SaveAsync(Bob, new PrivacyInfo(true, [new UserItem(new UserId(Alice.Value.ToUpperInvariant()), "", Canaries[1])]), _stop);

        var (alice, bob) = (new LoginId(1, 2, 3), new LoginId(1, 2, 4));
        var stated = new List<IEvent>
        {
            new LoginRefused(Canaries[2], Canaries[10], default, Reason.IncorrectLogin),
            new ParticipantLoggedIn(alice, ParticipantKind.User, Alice, Canaries[11], default, Canaries[12]),
            new StatusSet(alice, Alice, StatusCode.Away, 1, Canaries[13]),
            new UserAttributeSet(alice, Alice, 1, Opaque.Create(Encoding.ASCII.GetBytes(Canaries[14]))),
        };
        await RecordAsync(store, EventStreamName.Hub(1, 2), stated);
        await RecordAsync(store, EventStreamName.Chat(1, 2), [.. Enumerable.Range(0, LinesOfEach).SelectMany(i => new IEvent[]
        {
            new ChatLineCaptured(alice, Alice, bob, Bob, ChatContent.Text, $"alice says {Canaries[15 + (i % 5)]} {i}"),
            new ChatLineCaptured(bob, Bob, alice, Alice, ChatContent.Text, $"bob says {i}"),
        })]);
    }

    private async Task RecordAsync(SealedStore store, EventStreamName stream, List<IEvent> facts) => Assert.Equal(facts.Count, await store.Log.RecordAsync(
        [.. facts.Select((fact, i) => new EventEnvelope(stream, i + 1, new EventSource(1, 2), Noon, Noon, default, fact))], _stop));

    private async Task<List<ChatLineCaptured>> LinesAsync(SealedStore store) =>
        (await store.Log.ReadAsync(LogRange.All, EventView.Plain, _stop).ToListAsync(_stop)).Select(stored => stored.Envelope.Payload).OfType<ChatLineCaptured>().ToList();

    private Task<Erased> EraseAsync(SealedStore store) => EraseAsync(store, Alice);

    private Task<Erased> EraseAsync(SealedStore store, UserId user, ILegalHolds? holds = null) => new Erasure(
        store.Persons, store.Directory, store.Events, holds ?? new Hold(default), new SubjectOptions(), TimeProvider.System).EraseAsync(user, "operator", _stop);

    /// <summary>Fails at one step, in the place of doing it, the first time.</summary>
    private sealed class FailingOnce(IPersonalData data, string step) : IPersonalData, ISubjectKeys
    {
        private bool _hasFailed;

        public ISubjectKeys Keys => this;

        public Task<long> SealHistoryAsync(CancellationToken stop) => data.SealHistoryAsync(stop);

        public Task<long> RemoveUserAsync(UserId user, CancellationToken stop)
        {
            Fail(nameof(RemoveUserAsync));
            return data.RemoveUserAsync(user, stop);
        }

        public Task<bool?> IsForwardedAsync(long position, CancellationToken stop) => data.IsForwardedAsync(position, stop);

        public Task ForgetAsync(IReadOnlyDictionary<UserId, UserId> placeholders, CancellationToken stop)
        {
            Fail(nameof(ForgetAsync));
            return data.ForgetAsync(placeholders, stop);
        }

        public Task PurgeAsync(CancellationToken stop) => data.PurgeAsync(stop);

        public IAsyncEnumerable<StoredEvent> ReadOfAsync(IReadOnlySet<SubjectId> persons, CancellationToken stop) => data.ReadOfAsync(persons, stop);

        public ValueTask<SubjectNames> FindOrMakeAsync(IReadOnlyCollection<string> names, CancellationToken stop) => data.Keys.FindOrMakeAsync(names, stop);

        public ValueTask<Subject?> FindAsync(string name, CancellationToken stop) => data.Keys.FindAsync(name, stop);

        public ValueTask<IReadOnlyDictionary<SubjectId, Subject>> LoadAsync(IReadOnlyCollection<SubjectId> ids, CancellationToken stop) =>
            data.Keys.LoadAsync(ids, stop);

        public ValueTask EraseAsync(IReadOnlyCollection<SubjectId> ids, CancellationToken stop)
        {
            Fail(nameof(EraseAsync));
            return data.Keys.EraseAsync(ids, stop);
        }

        private void Fail(string at)
        {
            if (at == step && !_hasFailed)
            {
                _hasFailed = true;
                throw new StoreUnavailableException("It is away, as the test said.");
            }
        }
    }

    private sealed class Hold(UserId held) : ILegalHolds
    {
        public ValueTask<bool> IsHeldAsync(UserId user, CancellationToken stop) => ValueTask.FromResult(user == held);
    }
}
