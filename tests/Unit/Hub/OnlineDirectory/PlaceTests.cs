using Sametime.Contracts.Events;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub.OnlineDirectory;

/// <summary>Which hub a place is at, and what happens when two have it.</summary>
public sealed class PlaceTests
{
    private uint _lastQuestion;

    [Fact]
    public void New_places_spread_evenly_also_when_many_are_asked_for_at_once()
    {
        using var scene = new ManyHubsScene(3);
        var places = scene[0].AddApplication("places");

        var hubs = Enumerable.Range(0, 9).Select(i => Allocate(places, $"room{i}")).ToArray();

        Assert.Equal([1, 2, 3, 1, 2, 3, 1, 2, 3], hubs);
    }

    [Fact]
    public void The_hub_with_the_fewest_places_gets_the_next_one()
    {
        using var scene = new ManyHubsScene(3);
        var applications = scene.Hubs.Select(node => node.AddApplication("places")).ToArray();
        Activate(applications[0], "a");
        Activate(applications[0], "b");
        Activate(applications[1], "c");

        Assert.Equal(3, Allocate(applications[1], "d"));
        Activate(applications[2], "d");
        Assert.Equal(2, Allocate(applications[0], "e"));
    }

    [Fact]
    public void An_active_place_is_where_it_is_for_every_hub()
    {
        using var scene = new ManyHubsScene(3);
        var applications = scene.Hubs.Select(node => node.AddApplication("places")).ToArray();
        Activate(applications[2], "hall");

        Assert.All(applications, application => Assert.Equal(3, Allocate(application, "hall")));
        Assert.Equal(Reason.ConnectElsewhere, Activate(applications[0], "hall"));
        ReplicationTests.AssertEqualEverywhere(scene);

        Assert.Equal(Reason.Success, Deactivate(applications[2], "hall"));
        Assert.Equal(Reason.Success, Activate(applications[0], "hall"));
        ReplicationTests.AssertEqualEverywhere(scene);
        Assert.All(scene.Hubs, static node => Assert.Equal(0, node.Counters.DirectoryRepairs));
    }

    [Fact]
    public void An_allocated_place_stays_at_its_hub_and_counts_until_its_time_is_over()
    {
        using var scene = new ManyHubsScene(2);
        var places = scene[0].AddApplication("places");
        Assert.Equal(1, Allocate(places, "a"));
        Assert.Equal(1, Allocate(places, "a"));
        Assert.Equal(2, Allocate(places, "b"));

        scene.Loop.Advance(scene[0].Options.Limits.PlaceAllocation);
        Assert.Equal(1, Allocate(places, "b"));
    }

    [Fact]
    public void A_lost_hub_gets_no_new_places_and_its_own_are_out_of_reach_for_the_lease()
    {
        using var scene = new ManyHubsScene(2);
        var applications = scene.Hubs.Select(node => node.AddApplication("places")).ToArray();
        Activate(applications[0], "x");
        Activate(applications[1], "hall");
        scene.Part(0, 1);

        Assert.Equal(1, Allocate(applications[0], "new"));
        Assert.Equal(0, Allocate(applications[0], "hall"));
        Assert.Equal(Reason.ServerNotResponding, Activate(applications[0], "hall"));

        scene.Loop.Advance(scene[0].Options.Lease);
        Assert.Equal(1, Allocate(applications[0], "hall"));
        Assert.Equal(Reason.Success, Activate(applications[0], "hall"));
    }

    [Fact]
    public void A_place_at_two_hubs_is_found_at_both_and_stays_at_the_lower_number()
    {
        using var scene = new ManyHubsScene(3);
        var applications = scene.Hubs.Select(node => node.AddApplication("places")).ToArray();
        scene.Part(0, 1);
        scene.Part(1, 2);
        scene.Loop.Advance(scene[0].Options.Lease);
        Activate(applications[0], "hall");
        Activate(applications[1], "hall");
        Activate(applications[1], "other");

        scene.Heal(0, 1);
        scene.Heal(1, 2);

        var taken = Assert.Single(applications[1].HeardOf<PlaceTaken>());
        Assert.Equal(("hall", (ushort)1), (taken.Place, taken.Hub));
        Assert.Empty(applications[0].HeardOf<PlaceTaken>());
        Assert.Equal([1, 1, 0], scene.Hubs.Select(node => node.Counters.DoublePlaces));
        Assert.Equal(new DoublePlaceFound("hall", 1, 2, 1), Assert.Single(scene.Hubs.SelectMany(node => node.Events.Of<DoublePlaceFound>())));
        Assert.Equal([1, 1, 0], scene[2].Hub.Status.Directory().Parts.Select(part => part.Places));
        ReplicationTests.AssertEqualEverywhere(scene);
    }

    [Fact]
    public void Places_are_looked_up_in_the_Online_Directory()
    {
        using var scene = new ManyHubsScene(2);
        var places = scene[0].AddApplication("places");
        Allocate(places, "hall");
        Activate(places, "hall");
        Assert.Equal(2, scene[0].Counters.DirectoryQuestions);
    }

    [Fact]
    public void The_same_double_can_happen_and_be_told_again()
    {
        using var scene = new ManyHubsScene(2);
        var applications = scene.Hubs.Select(node => node.AddApplication("places")).ToArray();
        Activate(applications[0], "hall");
        for (var times = 1; times <= 2; times++)
        {
            scene.Part(0, 1);
            scene.Loop.Advance(scene[0].Options.Lease);
            Activate(applications[1], "hall");
            scene.Heal(0, 1);
            Assert.Equal(times, scene[0].Events.Of<DoublePlaceFound>().Count());
            Assert.Equal(times, applications[1].HeardOf<PlaceTaken>().Count);
        }
    }

    [Fact]
    public void The_places_of_a_lost_application_are_free()
    {
        using var scene = new ManyHubsScene(2);
        var (first, second) = (scene[0].AddApplication("places"), scene[0].AddApplication("places too"));
        Activate(first, "hall");
        Assert.Equal(Reason.NotOwner, Activate(second, "hall"));
        Assert.Equal(Reason.NoSuchElement, Deactivate(second, "hall"));
        first.Break();

        Assert.Equal(0, scene[1].Hub.Status.Directory().Parts[0].Places);
        Assert.Equal(Reason.Success, Activate(second, "hall"));
    }

    [Fact]
    public void The_places_of_another_application_stay()
    {
        using var scene = new ManyHubsScene(1);
        var (first, second) = (scene[0].AddApplication("places"), scene[0].AddApplication("places too"));
        Activate(first, "hall");
        Activate(second, "room");
        first.Break();
        Assert.Equal(["room"], scene[0].Hub.Status.ActivePlaces);
        Assert.Equal(Reason.Success, Activate(second, "room")); // once more is no mistake
        Assert.Equal(Reason.Success, Deactivate(second, "room"));
        Assert.Equal(Reason.NoSuchElement, Deactivate(second, "room"));
    }

    [Fact]
    public void A_place_that_is_active_counts_once()
    {
        using var scene = new ManyHubsScene(2);
        var places = scene[0].AddApplication("places");
        Assert.Equal(1, Allocate(places, "a"));
        Activate(places, "a");
        Assert.Equal(2, Allocate(places, "b"));
        Assert.Equal(1, Allocate(places, "c"));
    }

    [Fact]
    public void A_place_that_was_allocated_at_a_hub_that_is_lost_is_allocated_anew()
    {
        using var scene = new ManyHubsScene(2);
        var places = scene[0].AddApplication("places");
        Assert.Equal([1, 2], new[] { Allocate(places, "a"), Allocate(places, "b") });
        scene.Part(0, 1);
        Assert.Equal(1, Allocate(places, "b"));
    }

    [Fact]
    public void Bad_ids_and_too_many_places_are_refused()
    {
        using var scene = new ManyHubsScene(1, options => options.Limits.PlacesPerHub = 1);
        var places = scene[0].AddApplication("places");
        Assert.Equal(Reason.RequestInvalid, Activate(places, ""));
        Assert.Equal(Reason.RequestInvalid, Activate(places, new string('x', 257)));
        Assert.Equal(Reason.Success, Activate(places, "a"));
        Assert.Equal(Reason.ServerFull, Activate(places, "b"));
    }

    [Fact]
    public void A_place_that_two_other_hubs_have_as_well_is_kept_against_each_and_no_other_place_is_touched()
    {
        using var scene = new ManyHubsScene(3);
        var applications = scene.Hubs.Select(node => node.AddApplication("places")).ToArray();
        (int, int)[] links = [(0, 1), (0, 2), (1, 2)];
        foreach (var (left, right) in links)
            scene.Part(left, right);
        scene.Loop.Advance(scene[0].Options.Lease);
        foreach (var (number, application) in applications.Index())
        {
            foreach (var place in (string[])[$"first-{number}", "hall", $"last-{number}"])
                Activate(application, place);
        }
        Activate(applications[0], "room");
        Activate(applications[2], "room");

        foreach (var (left, right) in links)
            scene.Heal(left, right);

        Assert.Equal(
            [new("hall", 1, 2, 1), new("hall", 1, 3, 1), new DoublePlaceFound("room", 1, 3, 1)],
            scene.Hubs.SelectMany(static node => node.Events.Of<DoublePlaceFound>()).OrderBy(static fact => (fact.Place, fact.SecondHub)));
        Assert.Equal(
            ["", "hall", "hall room"],
            applications.Select(static application => string.Join(' ', application.HeardOf<PlaceTaken>().Select(static taken => taken.Place).Order())));
        Assert.Equal(
            ["first-0 hall last-0 room", "first-1 last-1", "first-2 last-2"],
            scene.Hubs.Select(static node => string.Join(' ', node.Hub.Status.ActivePlaces.Order())));
    }

    [Fact]
    public void What_was_allocated_counts_to_the_end_of_its_own_time()
    {
        using var scene = new ManyHubsScene(3);
        var places = scene[0].AddApplication("places");
        var (time, moment) = (scene[0].Options.Limits.PlaceAllocation, TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, Allocate(places, "a"));
        scene.Loop.Advance(time / 2);
        Assert.Equal((2, 3), (Allocate(places, "b"), Allocate(places, "c")));

        scene.Loop.Advance((time / 2) - moment);
        Assert.Equal(1, Allocate(places, "d"));
        scene.Loop.Advance(moment);
        Assert.Equal(1, Allocate(places, "e")); // "a" counts no more, and "b" and "c" do
        scene.Loop.Advance((time / 2) - moment);
        Assert.Equal(3, Allocate(places, "c"));
        scene.Loop.Advance(moment);
        Assert.Equal(2, Allocate(places, "c"));
    }

    private int Allocate(FakeApplication application, string place)
    {
        application.Ask<AllocatePlaceRequest, PlaceHub>(++_lastQuestion, new AllocatePlaceRequest(place));
        var (reason, fields) = application.Replies[_lastQuestion];
        if (reason != Reason.Success)
            return 0;
        var reader = new WireReader(fields);
        var hub = PlaceHub.Read(ref reader);
        Assert.Equal(hub.Number, hub.Node.Hub);
        return hub.Number;
    }

    private Reason Activate(FakeApplication application, string place)
    {
        application.Ask<ActivatePlaceRequest, Done>(++_lastQuestion, new ActivatePlaceRequest(place));
        return application.Replies[_lastQuestion].Reason;
    }

    private Reason Deactivate(FakeApplication application, string place)
    {
        application.Ask<DeactivatePlaceRequest, Done>(++_lastQuestion, new DeactivatePlaceRequest(place));
        return application.Replies[_lastQuestion].Reason;
    }
}
