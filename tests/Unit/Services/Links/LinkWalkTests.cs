using System.Buffers;
using System.Text;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Links;
using Xunit;

namespace Sametime.Tests.Unit.Services.Links;

public class LinkWalkTests
{
    private static readonly EventLinks Links = new([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    private static EventStreamName Stream { get; } = EventStreamName.Hub(1, 1);

    [Fact]
    public void A_log_that_nobody_touched_is_whole() => Assert.Equal(new LinkReport(5, 1, 0, 0, 0, []), Walk(Chain(5)) with { First = [] });

    [Fact]
    public void Every_field_of_an_event_is_covered()
    {
        var chain = Chain(3);
        Func<LinkedEvent, LinkedEvent>[] changes =
        [
            stored => stored with { Sequence = 9 },
            stored => stored with { Source = new EventSource(2, 1) },
            stored => stored with { Source = new EventSource(1, 2) },
            stored => stored with { Occurred = stored.Occurred.AddTicks(1) },
            stored => stored with { Recorded = stored.Recorded.AddTicks(1) },
            stored => stored with { Cause = new EventCause(null, "c") },
            stored => stored with { Cause = new EventCause("") },
            stored => stored with { Written = stored.Written with { Name = "other" } },
            stored => stored with { Written = stored.Written with { Version = 2 } },
            stored => stored with { Written = stored.Written with { Json = """{"n":22}""" } },
        ];
        foreach (var change in changes)
        {
            var altered = chain.ToList();
            altered[1] = altered[1] with { Stored = change(altered[1].Stored) };
            Assert.Equal((1, LinkFaultKind.Broken, 2L), Fault(Walk(altered)));
        }
    }

    [Fact]
    public void What_is_removed_swapped_cut_off_or_not_linked_is_found()
    {
        var chain = Chain(5);
        Assert.Equal((1, LinkFaultKind.Broken, 4L), Fault(Walk([chain[0], chain[1], chain[3], chain[4]])));
        Assert.Equal((1, LinkFaultKind.TailCut, 0L), Fault(Walk(chain[..4], chain[4].Link)));
        Assert.Equal((1, LinkFaultKind.Missing, 5L), Fault(Walk([.. chain[..4], chain[4] with { Link = null }], chain[3].Link)));
        Assert.Equal(3, Walk([chain[0], chain[2] with { Position = 2 }, chain[1] with { Position = 3 }, chain[3], chain[4]]).Faults);
    }

    [Fact]
    public void The_end_of_a_stream_cannot_be_declared_without_the_key()
    {
        var chain = Chain(3);
        var forged = new StreamHead(Stream, chain[1].Link!, Links.Head(Stream, chain[2].Link!));
        Assert.Equal((1, LinkFaultKind.Forged, 0L), Fault(End(Feed(chain[..2]), [forged])));
        Assert.Equal((1, LinkFaultKind.TailCut, 0L), Fault(End(Feed(chain), [])));
        Assert.Equal((1, LinkFaultKind.TailCut, 0L), Fault(End(Feed([]), [Head(chain[2].Link!)])));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 3)]
    [InlineData(3, 5)]
    [InlineData(0, 5)]
    public void Links_lead_over_what_was_removed_in_order(int from, int to)
    {
        var chain = Chain(5);
        var removed = new RemovedEvents(Stream, from + 1, to, to - from, from == 0 ? EventLinks.Origin : chain[from - 1].Link!, chain[to - 1].Link!);
        var rest = chain.Where((_, i) => i < from || i >= to).ToList();

        Assert.Equal((0, to - from), (Walk(rest, chain[4].Link, removed).Faults, Walk(rest, chain[4].Link, removed).Removed));
        Assert.True(Walk(rest, chain[4].Link, removed with { Before = new byte[] { 1 }.Concat(new byte[31]).ToArray() }).Faults > 0);
        var forged = End(Feed(rest, (removed, Links.Removed(removed with { Events = 1 }))), [Head(chain[4].Link!)]);
        Assert.Equal(LinkFaultKind.Forged, Assert.Single(forged.First).Kind);
    }

    [Fact]
    public void Where_anything_was_removed_no_event_may_be_without_its_link()
    {
        var chain = Chain(5);
        var removed = new RemovedEvents(Stream, 2, 3, 2, chain[0].Link!, chain[2].Link!);
        var first = Walk([chain[0] with { Link = null }, chain[3], chain[4]], chain[4].Link, removed).First[0];
        Assert.Equal((LinkFaultKind.Missing, 1L), (first.Kind, first.Position));

        // In a log of before there were links, that an event has none is counted and no fault.
        var old = Feed(chain[..2].Select(static one => one with { Link = null })).End([]);
        Assert.Equal((0, 2), (old.Faults, old.Unlinked));
    }

    [Theory]
    [InlineData("""{"b":1,"a":[1,2]}""", """{ "a": [1, 2], "b": 1.0 }""", true)]
    [InlineData("""{"a":"x\u0041\u00e4\/"}""", """{"a":"xA\u00E4/"}""", true)]
    [InlineData("""{"a":1000}""", """{"a":1e3}""", true)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", false)]
    [InlineData("""{"a":null}""", "{}", false)]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", false)]
    [InlineData("""{"a":1,"a":2}""", """{"a":2}""", true)]
    [InlineData("""{"a":1,"a":2}""", """{"a":1}""", false)]
    [InlineData("""{"a":[{"c":1,"b":true}]}""", """{"a":[{"b":true,"c":1}]}""", true)]
    [InlineData("""{"a":true}""", """{"a":false}""", false)]
    [InlineData("""{"a":1.50}""", """{"a":1.5}""", true)]
    [InlineData("""{"a":1.5}""", """{"a":1.25}""", false)]
    [InlineData("""{"a":1e400}""", """{"a":2e400}""", false)]
    [InlineData("""{"a":9223372036854775807}""", """{"a":9223372036854775806}""", false)]
    [InlineData("""{"a":"\u0000"}""", "{\"a\":\"\U0010FFFF\"}", true)]
    [InlineData("no json", "no json", true)]
    [InlineData("no json", "no  json", false)]
    public void Json_is_the_same_when_it_means_the_same(string one, string other, bool same) => Assert.Equal(same, Form(one) == Form(other));

    private static string Form(string json)
    {
        var form = new ArrayBufferWriter<byte>();
        CanonicalJson.Write(json, form);
        return Encoding.UTF8.GetString(form.WrittenSpan);
    }

    private static (long, LinkFaultKind, long) Fault(LinkReport report) => (report.Faults, report.First[0].Kind, report.First[0].Position);

    private static LinkReport Walk(IReadOnlyList<Linked> events, byte[]? newest = null, RemovedEvents? removed = null) =>
        End(Feed(events, removed is null ? [] : [(removed, Links.Removed(removed))]), [Head(newest ?? events[^1].Link!)]);

    private static LinkWalk Feed(IEnumerable<Linked> events, params IEnumerable<(RemovedEvents, byte[])> removed)
    {
        var walk = new LinkWalk(Links, removed);
        foreach (var (position, stored, link) in events)
            walk.Step(position, stored, link);
        return walk;
    }

    private static LinkReport End(LinkWalk walk, IEnumerable<StreamHead> heads) => walk.End(heads);

    private static StreamHead Head(byte[] newest) => new(Stream, newest, Links.Head(Stream, newest));

    private static List<Linked> Chain(int count)
    {
        var chain = new List<Linked>();
        for (var i = 1; i <= count; i++)
        {
            var at = DateTimeOffset.UnixEpoch.AddSeconds(i);
            var stored = new LinkedEvent(Stream, i, new EventSource(1, 1), at, at, default, new WrittenEvent("a.b", 1, $$"""{"n":{{i}}}"""));
            chain.Add(new Linked(i, stored, Links.Next(i == 1 ? EventLinks.Origin : chain[^1].Link!, stored)));
        }

        return chain;
    }

    private sealed record Linked(long Position, LinkedEvent Stored, byte[]? Link);
}
