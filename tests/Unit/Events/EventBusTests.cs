using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sametime.Broker.Events;
using Xunit;

namespace Sametime.Tests.Unit.Events;

public class EventBusTests
{
    [Fact]
    public async Task MassTransit_reports_its_use_to_nobody_by_either_switch()
    {
        await using var container = EventBus.Create(NullLoggerFactory.Instance, bus => bus.UsingInMemory((_, _) => { }));

        Assert.False(container.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled);
        Assert.Equal("false", Environment.GetEnvironmentVariable(EventBus.TelemetrySwitch));
    }

    [Fact]
    public async Task What_it_meets_is_said_in_the_terms_of_this_program()
    {
        await using var container = EventBus.Create(NullLoggerFactory.Instance, bus => bus.UsingInMemory((_, _) => { }));

        Assert.IsType<BusLogs>(container.GetRequiredService<Microsoft.Extensions.Logging.ILoggerFactory>());
    }

    [Fact]
    public void Without_our_switches_it_would() => Assert.True(new UsageTelemetryOptions().Enabled);
}
