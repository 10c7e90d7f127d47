using System.Net;
using Microsoft.Extensions.Time.Testing;
using Sametime.Edge;
using Sametime.Edge.Listeners;
using Sametime.Tests.Kit.Services;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

public sealed class ProxyComplaintTests
{
    private static readonly IPAddress Balancer = IPAddress.Parse("198.51.100.4");

    [Fact]
    public void Each_kind_is_said_once_a_minute_with_how_many_there_were()
    {
        var (time, log) = (new FakeTimeProvider(), new LogLines());
        var clock = new EdgeClock(time, TimeSpan.FromMinutes(2));
        var complaints = new ProxyComplaints(clock, new EdgeLog(log));
        Complain();
        Complain();
        Assert.Equal(2, log.Lines.Count);

        Pass(59);
        Complain();
        Assert.Equal(2, log.Lines.Count);
        Pass(1);
        Complain();
        Assert.Equal(4, log.Lines.Count);
        Assert.All(log.Lines.TakeLast(2), static line => Assert.Contains("3 since this was last said", line.Text, StringComparison.Ordinal));

        void Complain()
        {
            complaints.HeaderRefused(Balancer, "it has no header");
            complaints.HeaderFromStranger(Balancer);
        }

        void Pass(int seconds)
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            clock.Advance();
        }
    }
}
