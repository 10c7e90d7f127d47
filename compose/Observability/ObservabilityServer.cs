using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Sametime.Compose.Observability;

/// <summary>
/// What monitoring sees of a process: metrics and health over HTTP, metrics and traces by OTLP, each where it is configured. Health is asked
/// for at each request: startup (all parts were started), live (the loop turns), ready (every part can do its work).
/// </summary>
internal sealed class ObservabilityServer : IAsyncDisposable
{
    /// <summary>All meters of ours begin like this.</summary>
    public const string MetersPattern = "Sametime.*";

    private readonly WebApplication _web;

    private ObservabilityServer(WebApplication web) => _web = web;

    /// <summary>Where it serves; null when it only sends.</summary>
    public Uri? Address => _web.Urls.Select(url => new Uri(url)).FirstOrDefault();

    /// <summary>Starts what is configured; null when nothing is.</summary>
    /// <param name="options">What to show, and where.</param>
    /// <param name="role">What the process is called.</param>
    /// <param name="health">Asks the parts on the loop, by name; fails when the loop does not answer.</param>
    /// <param name="logs">Where ASP.NET Core says what it meets.</param>
    public static async Task<ObservabilityServer?> StartAsync(
        ObservabilityOptions options, string role, Func<Task<IReadOnlyDictionary<string, Health>>> health, ILoggerFactory logs)
    {
        if (options.Listen.Length == 0 && options.OtlpEndpoint.Length == 0)
            return null;

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logs);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        if (options.Listen.Length > 0)
        {
            var endPoint = IPEndPoint.TryParse(options.Listen, out var parsed)
                ? parsed
                : throw new CommandException(ExitCode.Usage, $"Observability:Listen is {options.Listen}, which is not address:port");
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(endPoint));
        }
        AddTelemetry(builder.Services, options, role);

        var web = builder.Build();
        web.UseRouting();
        web.UseOpenTelemetryPrometheusScrapingEndpoint();
        web.MapGet("/health/startup", () => Results.Text("started\n"));
        web.MapGet("/health/live", () => AnswerAsync(health, options, static _ => true));
        web.MapGet("/health/ready", () => AnswerAsync(health, options, static parts => parts.Values.All(part => part.State != HealthState.NotReady)));
        try
        {
            await web.StartAsync().ConfigureAwait(false);
        }
        catch (IOException e)
        {
            await web.DisposeAsync().ConfigureAwait(false);
            throw new CommandException(ExitCode.InUse, $"Observability:Listen {options.Listen} cannot be used: {e.Message}");
        }

        return new ObservabilityServer(web);
    }

    public async ValueTask DisposeAsync() => await _web.DisposeAsync().ConfigureAwait(false);

    private static void AddTelemetry(IServiceCollection services, ObservabilityOptions options, string role)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("sametime", serviceInstanceId: role, serviceVersion: ProgramVersion.Text))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(MetersPattern).AddMeter("System.Runtime");
                if (options.Listen.Length > 0)
                    metrics.AddPrometheusExporter();
                if (options.OtlpEndpoint.Length > 0)
                    metrics.AddOtlpExporter(otlp => otlp.Endpoint = new Uri(options.OtlpEndpoint));
            });
        if (options.OtlpEndpoint.Length > 0)
        {
            telemetry.WithTracing(tracing => tracing
                .AddSource(MetersPattern)
                .AddOtlpExporter(otlp => otlp.Endpoint = new Uri(options.OtlpEndpoint)));
        }
    }

    private static async Task<IResult> AnswerAsync(
        Func<Task<IReadOnlyDictionary<string, Health>>> ask, ObservabilityOptions options, Func<IReadOnlyDictionary<string, Health>, bool> isGood)
    {
        try
        {
            var parts = await ask().WaitAsync(options.LiveWithin).ConfigureAwait(false);
            var worst = parts.Values.Select(part => part.State).DefaultIfEmpty(HealthState.Ready).Max();
            var answer = new JsonObject { ["state"] = Word(worst) };
            foreach (var (name, part) in parts)
                answer[name] = part.Why.Length == 0 ? Word(part.State) : $"{Word(part.State)}: {part.Why}";
            return Results.Text(answer.ToJsonString(), "application/json", statusCode: isGood(parts) ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        }
        catch (TimeoutException)
        {
            return Results.Text("""{"state":"dead"}""", "application/json", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static string Word(HealthState state) => state switch
    {
        HealthState.Ready => "ready",
        HealthState.Degraded => "degraded",
        _ => "not ready",
    };
}
