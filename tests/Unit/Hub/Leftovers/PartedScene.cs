using Sametime.Contracts.Link;
using Sametime.Contracts.Link.Applications;
using Sametime.Contracts.Link.Hubs;
using Sametime.Hub.LoginCop;
using Sametime.Tests.Kit.Hub;

namespace Sametime.Tests.Unit.Hub.Leftovers;

/// <summary>Two hubs that lose each other and find each other again, with a user and a place at both, looked at between the steps.</summary>
internal sealed class PartedScene : IDisposable
{
    private readonly ManyHubsScene _scene = new(2, static options => options.DoubleLogin = DoubleLoginRule.OldestWins);
    private readonly List<SortedDictionary<string, long>> _seen = [];

    /// <summary>The names of all that the first hub had at any of the moments.</summary>
    public IEnumerable<string> Names => _seen.SelectMany(HubCensus.Returning);

    /// <summary>What of the first hub was not at all moments the same.</summary>
    public IEnumerable<string> Moved()
    {
        var places = _scene.Hubs.Select(static node => node.AddApplication("places")).ToArray();
        Look();

        // The lease runs, and is over.
        _scene.Part(0, 1);
        Look();
        _scene.Loop.Advance(_scene[0].Options.Lease);
        Look();
        for (var hub = 0; hub < 2; hub++)
        {
            _scene[hub].LogIn("alice");
            places[hub].Ask<ActivatePlaceRequest, Done>(1, new ActivatePlaceRequest("hall"));
            _scene.Loop.Advance(TimeSpan.FromSeconds(1));
        }

        // The hub that keeps both has found them; that the other one has given up its own is held up on the way: behind the snapshots, and
        // before the turn ends in which it does so.
        _scene.Link(0, 1);
        HoldUpIn(rounds: 50);
        _scene.Loop.RunUntilIdle();
        Look();

        // Something does not fit, and the question for a snapshot is lost.
        var link = _scene.LinkOf(0, 1);
        (link.IsSwallowing, link.IsSlow) = (true, false);
        var wrong = Bytes.Of(new DirectoryDigest(9, 9, 9));
        for (var digest = 0; digest < 2; digest++)
            _scene.Loop.Run(() => _scene[0].Hub.OnLinkFrame(link.Left, new LinkFrame(LinkKind.DirectoryDigest, 0, wrong)));
        Look();
        return _seen.Skip(1).SelectMany(later => HubCensus.Moved(_seen[0], later)).Distinct();
    }

    public void Dispose() => _scene.Dispose();

    private void Look() => _seen.Add(HubCensus.Of(_scene[0].Hub));

    private void HoldUpIn(int rounds) => _scene.Loop.Post(() =>
    {
        if (rounds == 0)
            _scene.LinkOf(0, 1).IsSlow = true;
        else
            HoldUpIn(rounds - 1);
    });
}
