using Sametime.Tests.Cluster.Running;

namespace Sametime.Tests.Cluster;

/// <summary>A test of the common cluster: it finds all of it running, leaves nobody behind, and nothing in it may log an error meanwhile, whatever is done to it.</summary>
[Collection(ThreeHubsCollection.Name)]
public abstract class ThreeHubsTest(ThreeHubs cluster, ITestOutputHelper output) : IAsyncLifetime
{
    private const int LinesShown = 40;

    private readonly List<Person> _people = [];
    private int _lastUser = -1;

    protected ThreeHubs Cluster => cluster;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Everybody who was gathered and is online.</summary>
    private protected IReadOnlySet<string> Online => _people.Where(person => person.IsLoggedIn).Select(person => person.Name).ToHashSet();

    /// <summary>The names of all who were gathered.</summary>
    private protected IEnumerable<string> Names => _people.Select(person => person.Name).Distinct();

    public async ValueTask InitializeAsync()
    {
        await cluster.StartAsync(Stop);
        await HubsAgree.Async(cluster, Stop, logins: 0);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_people.Select(person => person.DisposeAsync().AsTask()));
        await RepairAsync();
        var errors = cluster.All.SelectMany(process => process.TakeErrors().Select(line => $"{process.Name}: {line}")).ToArray();
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            foreach (var process in cluster.All)
                output.WriteLine($"--- {process.Name}{Environment.NewLine}{process.Tail(LinesShown)}");
        }

        if (errors.Length > 0)
            Assert.Fail($"An error was logged that no test expects:{Environment.NewLine}{string.Join(Environment.NewLine, errors)}");
        GC.SuppressFinalize(this);
    }

    /// <summary>Undoes what the test did to the cluster, as far as starting what does not run would not.</summary>
    protected virtual Task RepairAsync() => Task.CompletedTask;

    /// <summary>Somebody who is not logged in yet.</summary>
    private protected Person NewPerson(int edge)
    {
        var person = new Person(cluster, ++_lastUser, edge);
        _people.Add(person);
        return person;
    }

    /// <summary>The same user at another Edge.</summary>
    private protected Person SameUser(Person person, int edge)
    {
        var other = new Person(cluster, int.Parse(person.Name[^3..], CultureInfo.InvariantCulture), edge);
        _people.Add(other);
        return other;
    }

    /// <summary>As many people at each Edge, logged in at the hub of its number.</summary>
    private protected async Task<Person[][]> GatherAsync(int each)
    {
        Person[][] people = [.. Enumerable.Range(0, ThreeHubs.Count).Select(edge => Enumerable.Range(0, each).Select(_ => NewPerson(edge)).ToArray())];
        await Task.WhenAll(people.SelectMany(row => row).Select(person => person.LogInAsync(Stop)));
        Assert.All(people.SelectMany(row => row), person => Assert.Equal(person.Edge, person.Hub));
        return people;
    }

    /// <summary>Each of the people talks with a neighbour at his own hub and with one at the next.</summary>
    private protected static async Task<Talk[]> TalkAsync(Person[][] people)
    {
        var talks = new List<Talk>();
        foreach (var row in people)
            talks.AddRange(await Task.WhenAll(row.Chunk(2).Where(pair => pair.Length == 2).Select(pair => Talk.BeginAsync(pair[0], pair[1], Stop))));
        for (var hub = 0; hub < people.Length; hub++)
        {
            var next = people[(hub + 1) % people.Length];
            talks.AddRange(await Task.WhenAll(people[hub].Zip(next, (one, other) => Talk.BeginAsync(one, other, Stop))));
        }

        return [.. talks];
    }

    /// <summary>As many people at each Edge who watch all that were gathered so far, and each other.</summary>
    private protected async Task<Watcher[]> WatchAsync(int each)
    {
        var watchers = (await GatherAsync(each)).SelectMany(row => row).Select(person => new Watcher(person)).ToArray();
        var online = Online;
        await Task.WhenAll(watchers.Select(watcher => watcher.WatchAsync(Names, Stop)));
        await Task.WhenAll(watchers.Select(watcher => watcher.SeesAsync(online, Stop)));
        return watchers;
    }

    /// <summary>Waits until each hub has heard of everybody who is logged in: a login is let in before the other hubs are told of it.</summary>
    private protected Task HubsKnowWhoIsOnlineAsync() => HubsAgree.Async(cluster, Stop, _people.Count(person => person.IsLoggedIn));

    /// <summary>Waits until the hubs agree and each watcher sees who is online, and then looks whether nothing else came.</summary>
    private protected async Task PresenceIsTrueAsync(IEnumerable<Watcher> watchers)
    {
        var online = Online;
        await Task.WhenAll(watchers.Select(watcher => watcher.SeesAsync(online, Stop)));
        await HubsKnowWhoIsOnlineAsync();
        await Task.WhenAll(watchers.Select(watcher => watcher.StillSeesAsync(online, Stop)));
    }
}
