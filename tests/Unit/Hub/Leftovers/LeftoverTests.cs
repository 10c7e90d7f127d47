using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Contracts.Wire.Master;
using Xunit;

namespace Sametime.Tests.Unit.Hub.Leftovers;

/// <summary>Whatever was begun and however it ended: nothing of it is left in any table, count, flag or timer of the hub.</summary>
public sealed class LeftoverTests
{
    /// <summary>How everything may end.</summary>
    public enum Way
    {
        Answered,
        AnsweredAndAccepted,
        Refused,
        TimedOut,
        LoggedOut,
        Vanished,
        Malformed,
        Displaced,
        Discarded,
        Redirected,
        EdgesLost,
        ApplicationsLost,
        HubLost,
        PolicyOff,
        MistakeOfOurs,
        Drained,
        GoingDown,
    }

    public static TheoryData<Way> Ways => [.. Enum.GetValues<Way>()];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Nothing_is_left_of_what_ended(Way way)
    {
        using var busy = new BusyScene();
        busy.Fill();

        End(busy, way);
        busy.AssertNothingIsLeft(way.ToString());
    }

    [Theory]
    [InlineData(Way.TimedOut)]
    [InlineData(Way.Vanished)]
    [InlineData(Way.ApplicationsLost)]
    [InlineData(Way.HubLost)]
    public void Nor_the_second_time(Way way)
    {
        using var busy = new BusyScene();
        for (var time = 1; time <= 2; time++)
        {
            busy.Fill();
            End(busy, way);
            busy.AssertNothingIsLeft($"{way}, time {time}");
            busy.Log.SetPolicy(ChatLogMode.Strict);
        }
    }

    [Theory]
    [InlineData(Way.AnsweredAndAccepted)]
    [InlineData(Way.Refused)]
    [InlineData(Way.TimedOut)]
    [InlineData(Way.ApplicationsLost)]
    [InlineData(Way.HubLost)]
    [InlineData(Way.PolicyOff)]
    public void Nor_with_those_who_stay(Way way)
    {
        using var busy = new BusyScene();
        busy.LogInAll();
        busy.Settle();
        var before = busy.Census();
        busy.Begin();

        End(busy, way);
        busy.AssertNothingIsLeftOfWhatWasBegun(before, $"{way}, and everybody stays");
    }

    [Fact]
    public void A_ghost_holds_nobody_and_waits_for_nothing()
    {
        using var busy = new BusyScene();
        busy.Fill();

        busy.Loop.Run(busy.Here.Hub.Fence);
        busy.Link.IsSlow = false;
        busy.Loop.Advance(TimeSpan.FromMinutes(2));
        var status = busy.Here.Hub.Status;
        Assert.Equal((0, 0, 0, 0, 0), (status.Logins, status.ChannelCount, status.UndecidedLogins, status.OpenRequests, status.UnacceptedChannels));
        Assert.Equal((0, "hub-1"), (status.Capture.HeldMessages, Assert.Single(status.Participants()).Name));
    }

    /// <summary>A table that no scene fills proves nothing by being empty: a new one must be filled, or be said here to be none.</summary>
    [Fact]
    public void Everything_that_must_come_down_has_gone_up_in_some_scene()
    {
        using var busy = new BusyScene();
        using var parted = new PartedScene();
        var moved = parted.Moved().ToHashSet();
        foreach (var next in new Action[]
        {
            busy.Fill,
            () => busy.AddLogThatIsAsked(),
            () => busy.Loop.Advance(TimeSpan.FromSeconds(30)),
            () => busy.Loop.Run(() => busy.Here.Hub.Drain(TimeSpan.FromHours(1), "root")),
            () => End(busy, Way.ApplicationsLost),
            () => End(busy, Way.EdgesLost),
        })
        {
            next();
            moved.UnionWith(HubCensus.Moved(busy.IdleHere, busy.Census()[0]));
        }

        var still = HubCensus.Returning(busy.IdleHere).Concat(parted.Names).Concat(busy.Filled)
            .Where(name => !name.StartsWith("objects", StringComparison.Ordinal) && !moved.Contains(name)).ToHashSet();
        still.SymmetricExceptWith(Unmoved);
        Assert.True(still.Count == 0, $"Never filled, or said to be so and filled: {string.Join(", ", still)}");
    }

    private static readonly string[] Unmoved =
    [
        // Who a hub is, and what its components have said of themselves.
        "LoginIds.hub", "LoginIds.incarnation", "OwnPart.hub", "OwnPart.incarnation", "HopTrace._count",
        "HopTrace.oneMessageIn", "Application.Load", "ChatPolicy.IsKnown", "HubCore._isFenced",

        // Something only between the beginning and the end of one turn, or of a message and its trace.
        "CaptureRequests._isTurnEndComing", "DirectoryReplication._isDeferred", "FanoutRouter._touched", "HopTrace._announced", "Locating._changed",
        "LoginCop._doomed", "OfferExchange._isDue", "OwnPart._changes",
    ];

    private static void End(BusyScene busy, Way way)
    {
        switch (way)
        {
            case Way.Answered:
                busy.Link.IsSlow = false;
                busy.AnswerAll(Reason.Success);
                break;
            case Way.AnsweredAndAccepted:
                busy.Link.IsSlow = false;
                busy.AnswerAll(Reason.Success);
                foreach (var client in busy.Clients.Concat(busy.There.Edge.Clients).ToArray())
                {
                    foreach (var offer in client.Inbox.TakeAll<ChannelCreate>())
                        client.Accept(offer);
                }
                busy.Resolve.Accept(busy.Resolve.Inbox.Take<ChannelCreate>());
                break;
            case Way.Refused:
                busy.Link.IsSlow = false;
                busy.AnswerAll(Reason.Failure);
                foreach (var client in busy.Clients.Concat(busy.There.Edge.Clients).ToArray())
                {
                    foreach (var offer in client.Inbox.TakeAll<ChannelCreate>())
                        client.Destroy(offer.Channel, Reason.ImDoNotDisturb);
                }
                busy.Resolve.Refuse(busy.Resolve.Inbox.Take<ChannelCreate>(), Reason.ServerFull);
                break;
            case Way.TimedOut:
                busy.Loop.Advance(TimeSpan.FromMinutes(1));
                break;
            case Way.LoggedOut:
                foreach (var client in busy.Clients.ToArray())
                    client.LogOut();
                break;
            case Way.Vanished:
                foreach (var client in busy.Clients.ToArray())
                    client.Vanish();
                break;
            case Way.Malformed:
                foreach (var client in busy.Clients.ToArray())
                    client.SendBytes([0]);
                break;
            case Way.Displaced:
                foreach (var name in (string[])["alice", "bob", "dave", "erin", "frank"])
                    busy.EdgeOne.LogIn(name, "10.0.0.9");
                break;
            case Way.Discarded:
                var question = 100u;
                foreach (var name in (string[])["alice", "bob", "dave", "erin", "frank", "slow", "late"])
                    busy.Watcher.Ask<DiscardUserRequest, Done>(++question, new DiscardUserRequest(new UserId(name), Reason.Removed));
                break;
            case Way.Redirected:
                busy.Link.IsSlow = false;
                busy.AnswerAll(Reason.Success, home: "hub-2");
                busy.Resolve.Refuse(busy.Resolve.Inbox.Take<ChannelCreate>(), Reason.ConnectElsewhere);
                break;
            case Way.EdgesLost:
                busy.EdgeOne.Break();
                busy.EdgeTwo.Break();
                break;
            case Way.ApplicationsLost:
                foreach (var application in busy.Applications.ToArray())
                    application.Break();
                break;
            case Way.HubLost:
                busy.Link.Break();
                busy.Loop.Advance(2 * busy.Here.Options.Lease);
                break;
            case Way.PolicyOff:
                busy.Log.SetPolicy(ChatLogMode.Off);
                break;
            case Way.MistakeOfOurs:
                // A message for many that breaks off while it goes out.
                busy.EdgeTwo.Link.FaultsToCome = 1;
                busy.Erin.Send(new Announce { Text = "more tea", Recipients = ["@U bob", "@U dave"] });
                Assert.Equal(1, busy.Here.Counters.Faults);
                break;
            case Way.Drained:
                busy.Loop.Run(() => busy.Here.Hub.Drain(TimeSpan.FromSeconds(10), "root"));
                busy.Loop.Advance(TimeSpan.FromSeconds(10));
                break;
            case Way.GoingDown:
                busy.Loop.Run(busy.Here.Hub.Drain);
                break;
        }
    }
}
