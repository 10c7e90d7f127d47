using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Services.Providers;
using Sametime.Services.Providers.ChatLog;
using Sametime.Services.Providers.Retention;
using Xunit;

namespace Sametime.Tests.Contract.Providers;

/// <summary>What is past its time is removed from the server's own stores, and nothing else; the log stays whole.</summary>
public abstract class RetentionContract : IAsyncDisposable
{
    private const int Rounds = 5;

    private static readonly EventStreamName North = EventStreamName.Hub(1, 42);
    private static readonly EventStreamName Chat = EventStreamName.Chat(1, 42);
    private static readonly UserId Held = new("held");
    private static LoginId Login => default;

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    private readonly RetentionOptions _options = new()
    {
        Community = TimeSpan.FromDays(400), Security = TimeSpan.Zero, Statistics = TimeSpan.FromDays(90), Chat = TimeSpan.FromDays(200), EventsAtOnceMax = 2,
    };

    private long _sequence;
    private long _line;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public abstract ValueTask DisposeAsync();

    private protected abstract Task<RetainedStore> OpenAsync();

    [Fact]
    public async Task Each_class_goes_after_its_own_time_and_what_values_are_made_of_stays()
    {
        var store = await OpenAsync();
        await FillAsync(store);
        var lasting = await ReadAsync(store, EventClass.Lasting);

        await ApplyAsync(store, Now.AddDays(80));
        Assert.Equal(Rounds, (await ReadAsync(store, EventClass.Statistics)).Count);

        await ApplyAsync(store, Now.AddDays(100), (EventClass.Statistics, Rounds));
        Assert.Empty(await ReadAsync(store, EventClass.Statistics));
        Assert.Equal(Rounds, (await ReadAsync(store, EventClass.Community)).Count);

        // Each lies right before one that went already, so the runs of both grow together.
        await ApplyAsync(store, Now.AddDays(500), (EventClass.Community, Rounds), (EventClass.Chat, 6));
        Assert.Empty(await ReadAsync(store, EventClass.Community));
        Assert.Equal(Rounds, (await ReadAsync(store, EventClass.Security)).Count);
        Assert.Equal(lasting, (await ReadAsync(store, EventClass.Lasting))[..lasting.Count]);
        Assert.Equal(3, (await ReadAsync(store, EventClass.Lasting)).Count - lasting.Count); // that it was done, once of each class
    }

    [Fact]
    public async Task Only_what_was_recorded_before_the_time_goes_and_a_second_time_nothing()
    {
        var store = await OpenAsync();
        await FillAsync(store);
        var between = Now;
        await store.Log.RecordAsync([Stated(new HubJoined(2, 1, "young"))], _stop);

        await ApplyAsync(store, between.AddDays(400), (EventClass.Community, Rounds), (EventClass.Statistics, Rounds), (EventClass.Chat, 6));
        await ApplyAsync(store, between.AddDays(400));

        Assert.Equal("young", Assert.IsType<HubJoined>(Assert.Single(await ReadAsync(store, EventClass.Community))).Name);
        await store.Log.RecordAsync([Stated(new HubJoined(2, 1, "younger"))], _stop);
        Assert.True((await store.Checks.VerifyLinksAsync(null, _stop)).IsWhole);
    }

    [Fact]
    public async Task Conversations_of_a_person_under_a_legal_hold_stay_whole_until_it_is_released()
    {
        var store = await OpenAsync();
        await FillAsync(store);
        await TalkAsync(store, "held-1", new UserId("bob"), Held);
        await store.Holds.PlaceAsync(Held, "a court", "operator", _stop);

        await ApplyAsync(store, Now.AddDays(300), (EventClass.Statistics, Rounds), (EventClass.Chat, 6));
        Assert.Equal(6, (await ReadAsync(store, EventClass.Chat)).Count);

        await store.Holds.ReleaseAsync(Held, "operator", _stop);
        await ApplyAsync(store, Now.AddDays(300), (EventClass.Chat, 6));
        Assert.Empty(await ReadAsync(store, EventClass.Chat));
    }

    public static TheoryData<string> FactsThatNamePersons =>
        [.. PersonalFacts.All.Where(fact => EventClasses.Of(fact.Name) is EventClass.Community or EventClass.Security or EventClass.Statistics).Select(fact => fact.Name)];

    [Theory]
    [MemberData(nameof(FactsThatNamePersons))]
    public async Task Any_other_fact_that_names_a_person_under_a_legal_hold_stays_too_until_it_is_released(string name)
    {
        var store = await OpenAsync();
        _options.Security = TimeSpan.FromDays(30);
        var kind = EventClasses.Of(name);
        var past = Now.Add(_options.Of(kind)).AddDays(1);
        await store.Log.RecordAsync([Stated(PersonalFacts.Naming(name, Held)), Stated(PersonalFacts.Naming(name, new UserId("bob")))], _stop);
        await store.Holds.PlaceAsync(Held, "a court", "operator", _stop);

        await ApplyAsync(store, past, (kind, 1));
        Assert.Equal(PersonalFacts.Naming(name, Held), Assert.Single(await ReadAsync(store, kind)));

        await store.Holds.ReleaseAsync(Held, "operator", _stop);
        await ApplyAsync(store, past, (kind, 1));
        Assert.Empty(await ReadAsync(store, kind));
    }

    [Fact]
    public async Task What_was_recorded_late_is_kept_from_then_on_and_not_from_when_it_happened()
    {
        var store = await OpenAsync();
        var happened = Stated(new HubJoined(2, 1, "south")) with { Occurred = Now.AddDays(-1_000) };
        await store.Log.RecordAsync([happened, Stated(new UnknownEvent("statistics.of-another", 1, "{}"))], _stop);

        // The other class is looked at as far as here, and so is this fact.
        await ApplyAsync(store, Now.AddDays(100), (EventClass.Statistics, 1));
        Assert.Single(await ReadAsync(store, EventClass.Community));

        await ApplyAsync(store, Now.AddDays(401), (EventClass.Community, 1));
    }

    [Theory]
    [InlineData(EventClass.Community)]
    [InlineData(EventClass.Security)]
    [InlineData(EventClass.Statistics)]
    [InlineData(EventClass.Chat)]
    public async Task What_was_recorded_just_as_long_ago_as_it_is_kept_stays_and_a_moment_later_it_goes(EventClass kind)
    {
        var store = await OpenAsync();
        _options.Security = TimeSpan.FromDays(30);
        var fact = new UnknownEvent($"{kind.ToString().ToLowerInvariant()}.of-another", 1, "{}");
        await store.Log.RecordAsync([kind == EventClass.Chat ? Line("c-1", new ChatEnded(Reason.Success)) : Stated(fact)], _stop);
        var recorded = (await store.Events.ReadAllAsync(0, _stop).SingleAsync(_stop)).Envelope.Recorded;

        await ApplyAsync(store, recorded + _options.Of(kind));
        await ApplyAsync(store, recorded + _options.Of(kind) + TimeSpan.FromTicks(1), (kind, 1));
    }

    [Theory]
    [InlineData(EventClass.Community)]
    [InlineData(EventClass.Security)]
    [InlineData(EventClass.Statistics)]
    [InlineData(EventClass.Chat)]
    public async Task A_class_that_is_kept_for_ever_is(EventClass kind)
    {
        var store = await OpenAsync();
        await FillAsync(store);
        var all = (await ReadAsync(store, kind)).Count;
        Assert.NotEqual(0, all);
        (_options.Community, _options.Security, _options.Statistics, _options.Chat) = (
            kind == EventClass.Community ? TimeSpan.Zero : TimeSpan.FromDays(1), kind == EventClass.Security ? TimeSpan.Zero : TimeSpan.FromDays(1),
            kind == EventClass.Statistics ? TimeSpan.Zero : TimeSpan.FromDays(1), kind == EventClass.Chat ? TimeSpan.Zero : TimeSpan.FromDays(1));

        await store.Retention(_options).ApplyAsync(Now.AddDays(100_000), _stop);

        Assert.Equal(all, (await ReadAsync(store, kind)).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_was_interrupted_has_noted_down_what_it_had_removed_and_the_next_does_the_rest(bool isStopped)
    {
        var store = await OpenAsync();
        await store.Log.RecordAsync([.. Enumerable.Range(0, Rounds).Select(_ => Stated(new HubJoined(2, 1, "south")))], _stop);
        var later = Now.AddDays(500);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(_stop);
        store.BeforeFurther = () =>
        {
            store.BeforeFurther = () => { };
            if (!isStopped)
                throw new StoreUnavailableException("It is away, as the test said.");
            stopping.Cancel();
        };

        var interrupted = store.Retention(_options).ApplyAsync(later, stopping.Token);
        if (isStopped)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => interrupted);
        else
            await Assert.ThrowsAsync<StoreUnavailableException>(() => interrupted);

        var applied = Assert.Single((await ReadAsync(store, EventClass.Lasting)).OfType<RetentionApplied>());
        Assert.Equal(new RetentionApplied("Community", later - _options.Community, _options.EventsAtOnceMax), applied);
        await AssertWholeAsync(store, _options.EventsAtOnceMax);
        await ApplyAsync(store, later, (EventClass.Community, Rounds - _options.EventsAtOnceMax));
    }

    [Fact]
    public async Task Open_conversations_stay_and_one_that_a_hub_left_leaves_its_mark()
    {
        var store = await OpenAsync();
        await store.Log.RecordAsync([Line("open", new ChatStarted(Login, new UserId("a"), Login, new UserId("b"), ChatLogMode.Relaxed))], _stop);
        await ApplyAsync(store, Now.AddDays(300));

        Assert.Equal(1, await store.Lines.InterruptAsync(1, 43, _stop));
        await ApplyAsync(store, Now.AddDays(300), (EventClass.Chat, 1));
        var marks = await ReadAsync(store, EventClass.Chat); // of the conversation, and of the hub as a whole
        Assert.Equal(2, marks.Count);
        Assert.All(marks, mark => Assert.IsType<ChatInterrupted>(mark));
    }

    [Fact]
    public async Task Two_at_once_remove_everything_once()
    {
        var (one, other) = (await OpenAsync(), await OpenAsync());
        await FillAsync(one);
        var now = Now.AddDays(500);

        await Task.WhenAll(one.Retention(_options).ApplyAsync(now, _stop), other.Retention(_options).ApplyAsync(now, _stop));
        await one.Retention(_options).ApplyAsync(now, _stop);

        var told = (await ReadAsync(one, EventClass.Lasting)).OfType<RetentionApplied>().Sum(applied => applied.Events);
        Assert.Equal(2 * Rounds + 6, told);
        await AssertWholeAsync(one, told);
    }

    private async Task ApplyAsync(RetainedStore store, DateTimeOffset now, params (EventClass Class, long Events)[] expected)
    {
        var before = (await store.Checks.VerifyLinksAsync(null, _stop)).Removed;
        var removed = await store.Retention(_options).ApplyAsync(now, _stop);
        Assert.Equal(expected.OrderBy(gone => gone.Class), removed.Select(gone => (gone.Class, gone.Events)).OrderBy(gone => gone.Class));
        Assert.All(removed, gone => Assert.Equal(now - _options.Of(gone.Class), gone.Before));
        await AssertWholeAsync(store, before + expected.Sum(gone => gone.Events));
    }

    private async Task AssertWholeAsync(RetainedStore store, long removed)
    {
        var links = await store.Checks.VerifyLinksAsync(null, _stop);
        Assert.Empty(links.First);
        Assert.Equal((true, removed), (links.IsWhole, links.Removed));
        Assert.All(await store.Checks.CompareAsync(_stop), check => Assert.Equal(0, check.Differences));
        Assert.All(store.Sizes, size => Assert.InRange(size, 1, _options.EventsAtOnceMax));
    }

    private async Task FillAsync(RetainedStore store)
    {
        await store.Events.AppendAsync(EventStreamName.Directory, ExpectedVersion.Any, [new NewEvent(new GroupRemoved("g"), Now)], _stop);
        await store.Events.AppendAsync(
            EventStreamName.User(Held), ExpectedVersion.Any, [new NewEvent(new UserStorageItemSaved(Held, 1, [1, 2]), Now)], _stop);
        for (var i = 0; i < Rounds; i++)
        {
            await store.Log.RecordAsync(
                [Stated(new HubJoined(2, 1, "south")), Stated(new UnknownEvent("statistics.of-another", 1, "{}")), Stated(new UnknownEvent("security.of-another", 1, "{}"))], _stop);
        }

        await TalkAsync(store, "c-1", new UserId("alice"), new UserId("bob"));
    }

    private async Task TalkAsync(RetainedStore store, string conversation, UserId one, UserId other) => await store.Log.RecordAsync(
        [
            Line(conversation, new ChatStarted(Login, one, Login, other, ChatLogMode.Relaxed)),
            Line(conversation, new ChatLineCaptured(Login, one, Login, other, ChatContent.Text, "hello")),
            Line(conversation, new ChatLineCaptured(Login, other, Login, one, ChatContent.Text, "good day")),
            Line(conversation, new ChatLineUndelivered(_line, Reason.Success)),
            Line(conversation, new ChatLinesMissed(1, "it was away")),
            Line(conversation, new ChatEnded(Reason.Success)),
        ],
        _stop);

    private EventEnvelope Stated(IEvent fact) => new(North, ++_sequence, new EventSource(1, 42), Now, Now, default, fact);

    private EventEnvelope Line(string conversation, IEvent fact) => new(Chat, ++_line, new EventSource(1, 42), Now, Now, new EventCause(conversation), fact);

    private async Task<List<IEvent>> ReadAsync(RetainedStore store, EventClass kind) => await store.Events.ReadAllAsync(0, _stop)
        .Select(stored => stored.Envelope.Payload).Where(fact => EventClasses.Of(EventCatalogue.Current.NameOf(fact)) == kind).ToListAsync(_stop);

    /// <summary>The store as one process has it.</summary>
    private protected sealed record RetainedStore(IEventStore Events, IEventLog Log, IStoreCheck Checks, IChatLines Lines, IRetention Store)
    {
        private readonly CountedRemovals _removals = new(Store);

        /// <summary>Is called before each transaction that removes events, but the first.</summary>
        public Action BeforeFurther
        {
            set => _removals.BeforeFurther = value;
        }

        public LegalHolds Holds { get; } = new(Events, TimeProvider.System);

        /// <summary>How many events each transaction removed.</summary>
        public IReadOnlyCollection<int> Sizes => _removals.Sizes;

        public EventRetention Retention(RetentionOptions options) => new(_removals, Events, Log, Holds, options, TimeProvider.System);
    }
}
