using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Awareness;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.InstantMessaging;
using Sametime.Contracts.Wire.Master;
using Sametime.Contracts.Wire.Resolve;
using Sametime.Contracts.Wire.Storage;
using Sametime.Tests.Kit.Clients;
using Xunit;

namespace Sametime.Tests.Unit.BadInput;

/// <summary>What a logged-in client may get wrong: mostly it costs a channel, sometimes the session, never another one's.</summary>
public sealed class AfterLoginTests(ServerUnderAttack server) : BadInputTest(server)
{
    private const uint Channel = 5;

    // Of 190 KiB each: many times what any system keeps for a reader.
    private const int LoadsMax = 2_000;

    [Fact]
    public async Task A_channel_number_in_use_is_refused()
    {
        var mallory = await LogInAsync();
        await OpenAsync(mallory, ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, Channel);
        await mallory.SendAsync(To(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, Channel));
        Assert.Equal(Reason.ChannelExists, await mallory.ReasonOfAsync(Channel));
        await StaysAsync(mallory);
    }

    [Fact]
    public async Task A_channel_number_of_the_servers_half_is_refused()
    {
        var mallory = await LogInAsync();
        await mallory.SendAsync(To(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, 0x8000_0001));
        Assert.Equal(Reason.RequestInvalid, await mallory.ReasonOfAsync(0x8000_0001));
        await StaysAsync(mallory);
    }

    [Fact]
    public async Task Messages_on_channels_that_are_not_ones_own_are_ignored()
    {
        var mallory = await LogInAsync();
        foreach (var channel in (uint[])[1, 77, 0x8000_0001, 0x7fff_ffff])
        {
            await mallory.SayAsync<InstantMessage>(channel, new ImText("hello"));
            await mallory.SendAsync(new ChannelAccept { Service = new(1), Protocol = new(1), Version = 1 }, channel);
            await mallory.SendAsync(new ChannelDestroy(Reason.Success), channel);
        }
        await StaysAsync(mallory);
    }

    [Fact]
    public async Task What_nobody_provides_is_refused_by_what_is_missing()
    {
        var mallory = await LogInAsync();
        await mallory.SendAsync(To(new ServiceType(0x7777), ProtocolTypes.Resolve, ProtocolVersions.Resolve, 1));
        Assert.Equal(Reason.ServiceNotSupported, await mallory.ReasonOfAsync(1));
        await mallory.SendAsync(To(ServiceTypes.Resolve, new ProtocolType(0x7777), ProtocolVersions.Resolve, 2));
        Assert.Equal(Reason.ProtocolNotSupported, await mallory.ReasonOfAsync(2));
        await mallory.SendAsync(To(ServiceTypes.Resolve, ProtocolTypes.Resolve, 0x7777, 3));
        Assert.Equal(Reason.VersionNotSupported, await mallory.ReasonOfAsync(3));
        await StaysAsync(mallory);
    }

    [Fact]
    public async Task Who_calls_is_what_the_server_says_and_not_what_the_caller_says()
    {
        var mallory = await LogInAsync();
        var alice = await LogInAsync("alice");
        var claimed = new LoginInfo("1.1.1", ClientType.Meanwhile, new UserId("bob"), "Bob", "other", new LoginDetails("admin", 1, "x"));
        await mallory.SendAsync(ServerUnderAttack.ImTo("alice", Channel) with { Creator = claimed });
        Assert.Equal(mallory.Info, (await alice.ExpectAsync<ChannelCreate>()).Body.Creator);

        await mallory.SendAsync(new Announce { Sender = claimed, Text = "I am bob", Recipients = ["@U alice"] });
        Assert.Equal(mallory.Info, (await alice.ExpectAsync<Announce>()).Body.Sender! with { Details = mallory.Info!.Details });

        await mallory.SendAsync(new OneTime
        {
            Target = new IdBlock("alice"), Service = new(1), Protocol = new(1), Version = 1, PayloadType = 1, Sender = claimed,
        });
        Assert.Equal(mallory.Info.UserId, (await alice.ExpectAsync<OneTime>()).Body.Sender!.UserId);
    }

    [Theory]
    [InlineData(0xff)]
    [InlineData(0x00)]
    public async Task A_target_that_is_no_text_costs_that_request_only(int letter)
    {
        var mallory = await LogInAsync();
        var message = RawClient.FrameOf(ServerUnderAttack.ImTo("bob", Channel))[Frame.LengthSize..];
        message[MessageHeader.Size + 4 + 4 + 2] = (byte)letter;
        await mallory.SendMessageAsync(message);
        Assert.Equal(Reason.BadData, await mallory.ReasonOfAsync(Channel));
        await StaysAsync(mallory);
    }

    [Fact]
    public async Task A_status_that_is_no_text_is_passed_over()
    {
        var mallory = await LogInAsync();
        var message = RawClient.FrameOf(new SetUserStatus(new UserStatus(StatusCode.Away, 0, "x")))[Frame.LengthSize..];
        message[^1] = 0xff;
        await mallory.SendMessageAsync(message);
        await mallory.SendAsync(new SetUserStatus(new UserStatus(StatusCode.Active, 7)));
        Assert.Equal(7u, (await mallory.ExpectAsync<SetUserStatus>()).Body.Status.Time);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0xff, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0 })]
    public async Task A_question_to_a_service_that_does_not_parse_costs_its_channel(byte[] data)
    {
        var mallory = await LogInAsync();
        await OpenAsync(mallory, ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, Channel);
        await mallory.SayAsync(Channel, ResolveRequest.MessageType, data);
        Assert.Equal(Reason.BadData, await mallory.ReasonOfAsync(Channel));
        await StaysAsync(mallory);
    }

    [Fact]
    public async Task A_message_cut_off_or_a_count_beyond_its_frame_ends_the_session()
    {
        var cut = await LogInAsync();
        await cut.SendMessageAsync(RawClient.FrameOf(new SenseService(ServiceTypes.Resolve)).AsSpan()[Frame.LengthSize..^1]);
        Assert.Equal(Reason.ProtocolError, await cut.EndReasonAsync());

        var bomb = await LogInAsync();
        await bomb.SendMessageAsync([0x00, 0x0b, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]);
        Assert.Equal(Reason.ProtocolError, await bomb.EndReasonAsync());
    }

    [Fact]
    public async Task Twenty_unknown_messages_a_minute_are_ignored_and_one_more_is_not()
    {
        var mallory = await LogInAsync();
        for (var i = 0; i < 20; i++)
            await mallory.SendMessageAsync([0x77, 0x77, 0, 0, 0, 0, 0, 0]);
        await StaysAsync(mallory);
        await mallory.SendMessageAsync([0x77, 0x77, 0, 0, 0, 0, 0, 0]);
        Assert.Equal(Reason.ProtocolError, await mallory.EndReasonAsync());
    }

    [Fact]
    public async Task Bytes_left_over_are_ignored_twenty_times_a_minute()
    {
        var mallory = await LogInAsync();
        byte[] longer = [.. RawClient.FrameOf(new SenseService(ServiceTypes.Resolve))[Frame.LengthSize..], 9];
        for (var i = 0; i < 20; i++)
            await mallory.SendMessageAsync(longer);
        await StaysAsync(mallory);
        await mallory.SendMessageAsync(longer);
        Assert.Equal(Reason.ProtocolError, await mallory.EndReasonAsync());
    }

    [Fact]
    public async Task A_frame_over_256_KiB_is_refused_by_its_length_alone()
    {
        var mallory = await LogInAsync();
        await mallory.SendBytesAsync(new byte[] { 0, 4, 0, 1 });
        Assert.Equal(Reason.MessageTooLarge, await mallory.EndReasonAsync());
    }

    [Fact]
    public async Task A_line_over_16_KiB_ends_its_conversation()
    {
        var mallory = await LogInAsync();
        var alice = await LogInAsync("alice");
        await mallory.SendAsync(ServerUnderAttack.ImTo("alice", Channel));
        var (_, offer) = await alice.ExpectAsync<ChannelCreate>();
        await alice.SendAsync(new ChannelAccept { Service = offer.Service, Protocol = offer.Protocol, Version = offer.Version }, offer.Channel.Value);
        await mallory.ExpectAsync<ChannelAccept>(Channel);

        await mallory.SayAsync(Channel, InstantMessage.MessageType, new byte[16 * 1024]);
        await alice.ExpectAsync<ChannelSend>(offer.Channel.Value);
        await mallory.SayAsync(Channel, InstantMessage.MessageType, new byte[16 * 1024 + 1]);
        Assert.Equal(Reason.MessageTooLarge, await mallory.ReasonOfAsync(Channel));
        Assert.Equal(Reason.MessageTooLarge, await alice.ReasonOfAsync(offer.Channel.Value));
        await StaysAsync(mallory);
        await StaysAsync(alice);
    }

    [Fact]
    public async Task The_two_hundred_and_fifty_first_channel_is_refused()
    {
        var mallory = await LogInAsync();
        for (var id = 1u; id <= 250; id++)
            await OpenAsync(mallory, ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, id);
        await mallory.SendAsync(To(ServiceTypes.Resolve, ProtocolTypes.Resolve, ProtocolVersions.Resolve, 251));
        Assert.Equal(Reason.ServerFull, await mallory.ReasonOfAsync(251));
        await StaysAsync(mallory);
    }

    [Fact]
    public async Task More_than_two_thousand_watched_users_cost_the_watching()
    {
        var mallory = await LogInAsync();
        await OpenAsync(mallory, ServiceTypes.Awareness, ProtocolTypes.Awareness, ProtocolVersions.Awareness, Channel);
        AwareId[] many = [.. Enumerable.Range(0, 2_001).Select(static i => AwareId.OfUser($"user{i}"))];
        await mallory.SayAsync(Channel, new PresenceAdd([.. many[..2_000]]));
        await mallory.HearAsync<PresenceSnapshot>(Channel);
        await mallory.SayAsync(Channel, new PresenceAdd([many[2_000]]));
        Assert.Equal(Reason.RequestInvalid, await mallory.ReasonOfAsync(Channel));
        await StaysAsync(mallory);
    }

    [Fact]
    public async Task A_privacy_list_over_a_thousand_is_neither_stored_nor_echoed()
    {
        var mallory = await LogInAsync();
        UserItem[] many = [.. Enumerable.Range(0, 1_001).Select(static i => new UserItem(new UserId($"user{i}")))];
        await mallory.SendAsync(new SetPrivacyList(new PrivacyInfo(true, [.. many])));
        await StaysAsync(mallory);
        await mallory.SendAsync(new SetPrivacyList(new PrivacyInfo(true, [.. many[..1_000]])));
        PrivacyInfo echoed;
        do
        {
            echoed = (await mallory.ExpectAsync<SetPrivacyList>()).Body.Privacy;
            Assert.NotEqual(1_001, echoed.Users.Count);
        }
        while (echoed.Users.Count != 1_000);
    }

    [Fact]
    public async Task A_stored_value_over_192_KiB_is_refused_in_the_answer()
    {
        var mallory = await LogInAsync();
        await OpenAsync(mallory, ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, Channel);
        await mallory.SayAsync(Channel, new StorageSave(1, [new StorageItem(1, Opaque.Wrap(new byte[192 * 1024 + 1]))]));
        Assert.Equal(Reason.MessageTooLarge, (await mallory.HearAsync<StorageSaved>(Channel)).Result);
        await mallory.SayAsync(Channel, new StorageSave(2, [new StorageItem(1, Opaque.Wrap(new byte[192 * 1024]))]));
        Assert.Equal(Reason.Success, (await mallory.HearAsync<StorageSaved>(Channel)).Result);
    }

    [Fact]
    public async Task A_target_over_256_characters_is_refused()
    {
        var mallory = await LogInAsync();
        await mallory.SendAsync(ServerUnderAttack.ImTo(new string('x', 257), Channel));
        Assert.Equal(Reason.RequestInvalid, await mallory.ReasonOfAsync(Channel));
        await StaysAsync(mallory);
    }

    [Fact]
    public async Task A_status_text_over_1024_characters_is_passed_over()
    {
        var mallory = await LogInAsync();
        await mallory.SendAsync(new SetUserStatus(new UserStatus(StatusCode.Away, 6, new string('x', 1_025))));
        await mallory.SendAsync(new SetUserStatus(new UserStatus(StatusCode.Active, 7, new string('x', 1_024))));
        Assert.Equal(7u, (await mallory.ExpectAsync<SetUserStatus>()).Body.Status.Time);
    }

    [Fact]
    public async Task A_client_that_never_reads_is_reset()
    {
        var mallory = await (await ConnectAsync(receiveBytes: 4096)).LogInAsync("mallory", ServerUnderAttack.Password);
        await OpenAsync(mallory, ServiceTypes.Storage, ProtocolTypes.Storage, ProtocolVersions.Storage, Channel);
        await mallory.SayAsync(Channel, new StorageSave(1, [new StorageItem(9, Opaque.Wrap(new byte[190 * 1024]))]));
        await mallory.HearAsync<StorageSaved>(Channel);

        // Until what waits for it is more than the system's buffers and our own take; then it can no longer send either.
        var before = await Server.EdgeAsync(static edge => (edge.Counters.SlowReaders, edge.LoggedIn));
        var loads = 0;
        for (var isReset = false; !isReset; loads++)
        {
            try
            {
                await mallory.SayAsync(Channel, new StorageLoad(2, [9]));
            }
            catch (IOException)
            {
                isReset = true;
            }
            await Server.InnocentsTalkAsync();
            Assert.InRange(loads, 0, LoadsMax);
        }

        // For what waited and for nothing else; and it had not been reset before more than the bound did.
        Assert.InRange(loads, 1024 * 1024 / (190 * 1024), LoadsMax);
        var after = await Server.EdgeAsync(static edge => (edge.Counters.SlowReaders, edge.LoggedIn));
        Assert.Equal((1, -1), (after.SlowReaders - before.SlowReaders, after.LoggedIn - before.LoggedIn));
    }

    [Fact]
    public async Task Who_vanishes_amid_a_conversation_leaves_the_other_with_a_reason()
    {
        var mallory = await LogInAsync();
        var alice = await LogInAsync("alice");
        await mallory.SendAsync(ServerUnderAttack.ImTo("alice", Channel));
        var (_, offer) = await alice.ExpectAsync<ChannelCreate>();
        mallory.Vanish();
        Assert.Equal(Reason.ConnectionBroken, await alice.ReasonOfAsync(offer.Channel.Value));
        await StaysAsync(alice);
    }
}
