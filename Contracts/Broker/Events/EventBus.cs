using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sametime.Broker.Events;

/// <summary>
/// MassTransit's bus as this program uses it: in a container of its own that holds nothing else. It sends nothing about its use to anybody.
/// </summary>
internal static class EventBus
{
    /// <summary>What MassTransit reads to see whether it may report its use to its makers. It does so unless it is told not to.</summary>
    public const string TelemetrySwitch = "MASSTRANSIT_USAGE_TELEMETRY";

    /// <summary>A container with a bus that is not started yet.</summary>
    /// <param name="logs">Where MassTransit says what it meets.</param>
    /// <param name="transport">Which transport it has.</param>
    public static ServiceProvider Create(ILoggerFactory logs, Action<IBusRegistrationConfigurator> transport)
    {
        Environment.SetEnvironmentVariable(TelemetrySwitch, "false");
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(new BusLogs(logs));
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddMassTransit(bus =>
        {
            bus.ConfigureUsageTelemetryOptions(telemetry => telemetry.Enabled = false);
            transport(bus);
        });
        return services.BuildServiceProvider();
    }
}
