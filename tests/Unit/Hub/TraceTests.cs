using System.Diagnostics;
using Sametime.Contracts.Link;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Channels;
using Sametime.Tests.Kit.Hub;
using Xunit;

namespace Sametime.Tests.Unit.Hub;

/// <summary>A message that is traced is one trace over all hops.</summary>
public sealed class TraceTests : IDisposable
{
    private readonly ManyHubsScene _scene = new(2);
    private readonly List<Activity> _spans = [];
    private readonly ActivityListener _listener;
    private readonly ActivityContext _origin = new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == HopTrace.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                // Other tests run at the same time.
                if (span.TraceId == _origin.TraceId)
                    _spans.Add(span);
            },
        };
    }

    public void Dispose()
    {
        _listener.Dispose();
        _scene.Dispose();
    }

    [Fact]
    public void A_message_over_two_hubs_is_one_trace()
    {
        ActivitySource.AddActivityListener(_listener);
        SayTraced(out var told);

        Assert.Equal(["hub-1 routes", "hub-2 routes"], _spans.Select(span => span.DisplayName));
        Assert.Equal(_origin.SpanId, _spans[0].ParentSpanId);
        Assert.Equal(_spans[0].SpanId, _spans[1].ParentSpanId);
        Assert.Equal(_spans[1].Context.SpanId, told.SpanId);
    }

    [Fact]
    public void Hops_that_trace_nothing_pass_the_trace_on()
    {
        SayTraced(out var told);
        Assert.Equal((_origin.TraceId, _origin.SpanId), (told.TraceId, told.SpanId));
    }

    [Fact]
    public void Only_the_next_message_belongs_to_it()
    {
        var (mine, _) = Converse(out var alice, out _);
        Announce(alice);
        alice.Say(mine, [1]);
        alice.Say(mine, [2]);
        Assert.Single(_scene[1].Edge.Frames, frame => frame.Kind == LinkKind.TraceContext);
    }

    [Fact]
    public void An_announcement_that_does_not_parse_costs_nothing_but_itself()
    {
        var (mine, _) = Converse(out var alice, out var bob);
        _scene[0].Edge.Deliver(LinkKind.TraceContext, alice.Handle, [1, 2, 3]);
        alice.Say(mine, [1]);
        Assert.True(bob.Inbox.Has<ChannelSend>());
        Assert.DoesNotContain(_scene[1].Edge.Frames, frame => frame.Kind == LinkKind.TraceContext);
    }

    private void SayTraced(out ActivityContext told)
    {
        var (mine, _) = Converse(out var alice, out _);
        Announce(alice);
        alice.Say(mine, [1]);
        var reader = new WireReader(_scene[1].Edge.Frames.Single(frame => frame.Kind == LinkKind.TraceContext).Payload);
        told = TraceContext.Read(ref reader).Context;
    }

    private (ChannelId Mine, ChannelId His) Converse(out FakeClient alice, out FakeClient bob)
    {
        (alice, bob) = (_scene[0].LogIn("alice"), _scene[1].LogIn("bob"));
        return _scene.Converse(alice, bob);
    }

    private void Announce(FakeClient client) => _scene[0].Edge.Deliver(LinkKind.TraceContext, client.Handle, Bytes.Of(new TraceContext(_origin)));
}
