using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Xunit;

namespace Sametime.ProviderSuite;

/// <summary>What every provider of the log of conversations does.</summary>
public abstract class ChatLogContract : IAsyncDisposable
{
    private const string Reader = "auditor";

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    /// <summary>Entries on a page: the bound that the provider under test is to have.</summary>
    protected const int PageEntriesMax = 4;

    /// <summary>The provider under test, with nothing in it.</summary>
    protected abstract IChatLogProvider Log { get; }

    public abstract ValueTask DisposeAsync();

    /// <summary>Every reading that was stated, in order.</summary>
    protected abstract Task<IReadOnlyList<ChatLogRead>> ReadingsAsync();

    [Fact]
    public async Task S139_A_line_is_found_by_either_user_with_who_when_text_and_place()
    {
        var line = new ChatLineCaptured(new LoginId(1, 1, 1), new UserId("Alice"), new LoginId(1, 1, 2), new UserId("bob"), ChatContent.Text, "Grüße, 你好, 🙂 \0", "Café");
        await Log.RecordAsync(new Chats().Add("c-1", line).Say("c-2", "carol", "dan", "other").Captured, _stop);

        foreach (var user in (string[])["alice", "ALICE", "Bob"])
        {
            var found = Assert.Single((await FindAsync(new() { User = new UserId(user) })).Entries);
            Assert.Equal(line, found.Fact);
            Assert.Equal(("c-1", Chats.Noon, (Reason?)null), (found.Conversation, found.At.Occurred, found.Undelivered));
        }

        Assert.Equal(line, Assert.Single((await FindAsync(new() { Place = "CAFÉ" })).Entries).Fact);
    }

    [Fact]
    public async Task What_is_recorded_twice_is_there_once_also_when_only_a_part_of_it_is_new()
    {
        var chats = new Chats().Start("c", "alice", "bob").Say("c", "alice", "bob", "one");
        await Log.RecordAsync([.. chats.Captured], _stop);
        chats.Say("c", "bob", "alice", "two");

        await Log.RecordAsync(chats.Captured, _stop);
        await Log.RecordAsync(chats.Captured, _stop);

        Assert.Equal(["one", "two"], await TextsAsync(new()));
    }

    [Fact]
    public async Task Facts_of_another_stream_than_of_conversations_are_no_capture()
    {
        var foreign = new Chats().Say("c", "alice", "bob", "text").Captured[0] with { Stream = EventStreamName.Hub(1, 1) };

        await Assert.ThrowsAsync<ArgumentException>(async () => await Log.RecordAsync([foreign], _stop));

        Assert.Empty((await FindAsync(new())).Entries);
    }

    [Fact]
    public async Task S141_Both_directions_of_two_hubs_are_in_the_order_of_time()
    {
        var (north, south) = (new Chats(1, 5), new Chats(2, 9));
        north.Start("c", "alice", "bob").Say("c", "alice", "bob", "1");
        south.Now = north.Now;
        south.Start("c", "alice", "bob").Say("c", "bob", "alice", "2");
        north.Now = south.Now;
        north.Say("c", "alice", "bob", "3").Say("c", "alice", "bob", "4");
        south.Now = north.Now;
        south.Say("c", "bob", "alice", "5");
        await Log.RecordAsync(south.Captured, _stop);
        await Log.RecordAsync(north.Captured, _stop);

        Assert.Equal(["1", "2", "3", "4", "5"], await TextsAsync(new() { Conversation = "c" }));
        Assert.Equal(["1", "2", "3", "4", "5"], await TextsAsync(new() { User = new UserId("bob"), With = new UserId("Alice") }));
    }

    [Fact]
    public async Task Conditions_hold_together()
    {
        await Log.RecordAsync(
            new Chats()
                .Say("c-1", "alice", "bob", "early") // 12:00:00
                .Say("c-1", "bob", "alice", "Late news")
                .Say("c-2", "alice", "carol", "late news for carol")
                .Say("c-3", "carol", "bob", "not hers")
                .Say("c-4", "alice", "alice", "a note to herself")
                .Captured, _stop);
        var alice = new UserId("alice");

        Assert.Equal(["early", "Late news", "late news for carol", "a note to herself"], await TextsAsync(new() { User = alice }));
        Assert.Equal(["late news for carol"], await TextsAsync(new() { User = alice, With = new UserId("carol") }));
        Assert.Equal(["Late news", "late news for carol"], await TextsAsync(new() { User = alice, Text = "LATE" }));
        Assert.Equal(["Late news"], await TextsAsync(new() { Conversation = "c-1", User = new UserId("bob"), Text = "news" }));
        Assert.Empty(await TextsAsync(new() { Conversation = "c-1", User = new UserId("carol") }));
        Assert.Equal(
            ["Late news", "late news for carol"], await TextsAsync(new() { User = alice, From = Chats.Noon.AddSeconds(1), To = Chats.Noon.AddSeconds(3) }));
        Assert.Empty(await TextsAsync(new() { User = new UserId("nobody") }));
        Assert.Empty(await TextsAsync(new() { Place = "nowhere" }));
    }

    [Fact]
    public async Task Marks_are_found_with_the_users_of_their_conversation()
    {
        var (alice, bob) = (new UserId("alice"), new UserId("bob"));
        IEvent[] marks =
        [
            new ChatStarted(new LoginId(1, 1, 1), alice, new LoginId(1, 1, 2), bob, ChatLogMode.Strict),
            new ChatNotCaptured(new LoginId(1, 1, 1), alice, new LoginId(1, 1, 2), bob),
            new ChatLinesMissed(3, "the log was away"),
            new ChatEnded(Reason.ConnectionBroken),
        ];
        var chats = new Chats();
        foreach (var mark in marks)
            chats.Add("c", mark);
        await Log.RecordAsync(chats.Start("other", "carol", "dan").End("other").Captured, _stop);

        Assert.Equal(marks, await FactsAsync(new() { User = bob, With = alice }));
        Assert.Equal(marks, await FactsAsync(new() { Conversation = "c" }));
        Assert.Empty(await FactsAsync(new() { User = bob, Text = "a" }));
    }

    [Fact]
    public async Task A_line_that_did_not_go_out_says_why()
    {
        await Log.RecordAsync(
            new Chats().Say("c", "alice", "bob", "lost").Say("c", "alice", "bob", "fine").Add("c", new ChatLineUndelivered(1, Reason.ServerNotResponding)).Captured, _stop);

        Assert.Equal([("lost", (Reason?)Reason.ServerNotResponding), ("fine", null)],
            (await FindAsync(new())).Entries.Select(entry => (((ChatLineCaptured)entry.Fact).Text, entry.Undelivered)));
    }

    [Fact]
    public async Task Pages_follow_one_another_without_a_gap_or_a_double_also_within_one_moment()
    {
        var chats = new Chats();
        for (var i = 0; i < 10; i++)
        {
            chats.Now = Chats.Noon.AddSeconds(i / 7);
            chats.Say(i % 2 == 0 ? "even" : "odd", "alice", i % 2 == 0 ? "bob" : "carol", $"{i}");
        }

        await Log.RecordAsync(chats.Captured, _stop);

        var first = await FindAsync(new() { User = new UserId("alice"), EntriesMax = 100 });
        Assert.Equal(PageEntriesMax, first.Entries.Count);
        Assert.NotNull(first.Next);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), await TextsAsync(new() { User = new UserId("alice") }));
        Assert.Equal(["0", "2", "4", "6", "8"], await TextsAsync(new() { Conversation = "even", EntriesMax = 2 }));
        Assert.Equal(["3"], await TextsAsync(new() { Text = "3", EntriesMax = 1 }));
    }

    [Fact]
    public async Task What_a_hub_left_without_an_end_is_marked_once()
    {
        var chats = new Chats(7, 3).Start("ended", "alice", "bob").Start("left", "alice", "carol").End("ended").Start("again", "alice", "dan").End("again")
            .Start("again", "alice", "dan");
        await Log.RecordAsync(chats.Captured, _stop);
        await Log.RecordAsync(new Chats(7, 4).Start("living", "alice", "bob").Captured, _stop);
        await Log.RecordAsync(new Chats(8, 1).Start("of-another", "alice", "bob").Captured, _stop);

        Assert.Equal(0, await Log.InterruptAsync(7, 3, _stop));
        Assert.Equal(2, await Log.InterruptAsync(7, 4, _stop));
        Assert.Equal(0, await Log.InterruptAsync(7, 4, _stop));
        Assert.Equal(1, await Log.InterruptAsync(7, 9, _stop));

        Assert.Equal(new ChatInterrupted(7, 3), (await FactsAsync(new() { Conversation = "left" }))[^1]);
        Assert.Equal([new ChatInterrupted(7, 3)], (await FactsAsync(new() { User = new UserId("dan") })).OfType<ChatInterrupted>());
        Assert.Equal([new ChatInterrupted(7, 4)], (await FactsAsync(new() { Conversation = "living" })).OfType<ChatInterrupted>());
        Assert.DoesNotContain(await FactsAsync(new() { Conversation = "of-another" }), fact => fact is ChatInterrupted);
    }

    [Fact]
    public async Task Each_reading_is_stated_with_who_read_whose_lines()
    {
        await Log.RecordAsync(new Chats().Start("c", "alice", "bob").Say("c", "alice", "bob", "one").Captured, _stop);

        await FindAsync(new() { User = new UserId("alice") });
        await Log.FindAsync(new() { Text = "nothing like it" }, "curious", _stop);

        Assert.Equal([new ChatLogRead(Reader, new UserId("alice"), 1), new ChatLogRead("curious", default, 0)], await ReadingsAsync());
    }

    [Fact]
    public async Task The_policy_is_off_until_one_is_saved_and_then_the_last_one()
    {
        Assert.Equal(new ChatLogPolicy(ChatLogMode.Off, EncryptedChat.Pass), await Log.LoadPolicyAsync(_stop));

        await Log.SavePolicyAsync(new ChatLogPolicy(ChatLogMode.Strict, EncryptedChat.Decline), "root", _stop);
        await Log.SavePolicyAsync(new ChatLogPolicy(ChatLogMode.Relaxed, EncryptedChat.Decline), "root", _stop);

        Assert.Equal(new ChatLogPolicy(ChatLogMode.Relaxed, EncryptedChat.Decline), await Log.LoadPolicyAsync(_stop));
    }

    private ValueTask<ChatLogPage> FindAsync(ChatLogQuery query) => Log.FindAsync(query, Reader, _stop);

    // All pages.
    private async Task<List<IEvent>> FactsAsync(ChatLogQuery query)
    {
        var facts = new List<IEvent>();
        for (ChatLogPage? page = null; page is not { Next: null }; query = query with { After = page.Next })
        {
            page = await FindAsync(query);
            facts.AddRange(page.Entries.Select(entry => entry.Fact));
        }

        return facts;
    }

    private async Task<List<string>> TextsAsync(ChatLogQuery query) =>
        [.. (await FactsAsync(query)).OfType<ChatLineCaptured>().Select(line => line.Text)];
}
