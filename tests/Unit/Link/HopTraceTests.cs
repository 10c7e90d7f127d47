using System.Diagnostics;
using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Link;

/// <summary>A hop by itself; that a message over several hops is one trace, the tests of those hops show.</summary>
public sealed class HopTraceTests : IDisposable
{
    private readonly string _hop = $"hop-{Guid.NewGuid():N}";
    private readonly List<Activity> _begun = [];
    private readonly List<Activity> _over = [];
    private readonly ActivityListener _listener;

    public HopTraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == HopTrace.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,

            // Other tests run at the same time.
            ActivityStarted = span => Note(span, _begun),
            ActivityStopped = span => Note(span, _over),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(1, "123456")]
    [InlineData(3, "36")]
    [InlineData(0, "")]
    [InlineData(-1, "")]
    public void One_of_so_many_messages_begins_a_trace(int oneMessageIn, string traced)
    {
        var trace = new HopTrace(_hop, oneMessageIn);
        var seen = "";
        for (var message = 1; message <= 6; message++)
        {
            var before = _begun.Count;
            trace.BeginAnew("takes");
            if (_begun.Count > before)
                seen += message;
            trace.End();
        }

        Assert.Equal(traced, seen);
        Assert.Equal(_begun, _over);
        Assert.All(_begun, span => Assert.Equal(($"{_hop} takes", ActivityKind.Server, _hop), (span.DisplayName, span.Kind, span.GetTagItem("sametime.hop"))));
    }

    [Fact]
    public void A_trace_that_was_announced_on_a_link_is_that_of_its_next_message_and_of_no_other()
    {
        var (trace, hub) = (new HopTrace(_hop), new FakeHub(new Kit.Loop.ManualLoop()));
        var (first, second) = (new FakeLink(hub), new FakeLink(hub));
        var origin = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        trace.Announce(first, BytesOf(origin));
        trace.Announce(second, BytesOf(origin).AsSpan(1));

        trace.GoOn(second, "routes");
        trace.End();
        Assert.Empty(_begun);
        trace.GoOn(first, "routes");
        Assert.Equal((origin.TraceId, origin.SpanId), (Assert.Single(_begun).TraceId, _begun[0].ParentSpanId));
        trace.SendOn(first, handle: 7);
        trace.End();
        trace.SendOn(first, handle: 8);
        trace.GoOn(first, "routes");
        trace.End();

        Assert.Single(_begun);
        Assert.Equal((LinkKind.TraceContext, 7u), (Assert.Single(hub.Frames).Kind, hub.Frames[0].Handle));
    }

    [Fact]
    public void What_a_link_had_announced_is_over_with_it()
    {
        var trace = new HopTrace(_hop);
        var link = new FakeLink(new FakeHub(new Kit.Loop.ManualLoop()));
        trace.Announce(link, BytesOf(new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded)));

        trace.Forget(link);
        trace.GoOn(link, "routes");

        Assert.Empty(_begun);
    }

    [Fact]
    public void Of_two_links_each_keeps_what_it_announced_last_whatever_becomes_of_the_other()
    {
        var (trace, hub) = (new HopTrace(_hop), new FakeHub(new Kit.Loop.ManualLoop()));
        var (first, second) = (new FakeLink(hub), new FakeLink(hub));
        var origins = Enumerable.Range(0, 3).Select(static _ => new ActivityContext(
            ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded)).ToArray();
        trace.Announce(first, BytesOf(origins[0]));
        trace.Announce(second, BytesOf(origins[1]));
        trace.Announce(second, BytesOf(origins[2]));

        trace.Forget(first);
        trace.GoOn(second, "routes");

        Assert.Equal((origins[2].TraceId, ActivityKind.Internal), (Assert.Single(_begun).TraceId, _begun[0].Kind));
        trace.SendOn(second, handle: 7);
        var reader = new WireReader(Assert.Single(hub.Frames).Payload);
        Assert.Equal(_begun[0].SpanId, TraceContext.Read(ref reader).Context.SpanId);
        trace.End();
        Assert.Single(_over);
    }

    private static byte[] BytesOf(ActivityContext context) => Kit.Hub.Bytes.Of(new TraceContext(context));

    private void Note(Activity span, List<Activity> spans)
    {
        if (span.DisplayName.StartsWith(_hop, StringComparison.Ordinal))
            spans.Add(span);
    }
}
