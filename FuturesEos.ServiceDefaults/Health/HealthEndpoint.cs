using System.Text.Json;
using FuturesEos.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FuturesEos.ServiceDefaults.Health;

/// <summary>
/// <c>/alive</c>: the loop turns. <c>/health</c>: the service does its work. <c>/metrics</c>: its instruments, as
/// Prometheus reads them.
/// Answered from what is known already: a probe never waits for Kafka or PostgreSQL.
/// </summary>
internal sealed class HealthEndpoint(WebApplication application, PrometheusText metrics) : IAsyncDisposable
{
    /// <summary>Starts it; with no address there is none.</summary>
    /// <exception cref="ExpectedFailure">The address is taken or is none.</exception>
    public static async Task<HealthEndpoint?> StartAsync(string? address, ServiceHealth health, ILogger logger)
    {
        if (string.IsNullOrEmpty(address)) return null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://{address}");
        var application = builder.Build();
        var metrics = new PrometheusText();
        application.Run(context => AnswerAsync(context, health, metrics));
        try
        {
            await application.StartAsync();
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException)
        {
            throw ExpectedFailure.Unreachable($"--http {address}: {e.Message}; choose another port", e);
        }

        logger.HealthAt(application.Urls.First().Replace("http://", "", StringComparison.Ordinal));
        return new HealthEndpoint(application, metrics);
    }

    public async ValueTask DisposeAsync()
    {
        metrics.Dispose();
        await application.DisposeAsync();
    }

    private static async Task AnswerAsync(HttpContext context, ServiceHealth health, PrometheusText metrics)
    {
        switch (context.Request.Path.Value)
        {
            case "/alive":
                await WriteStateAsync(context, health.IsAlive, health);
                break;
            case "/health":
                await WriteStateAsync(context, health is { IsAlive: true, IsReady: true }, health);
                break;
            case "/metrics":
                context.Response.ContentType = PrometheusText.ContentType;
                await context.Response.WriteAsync(metrics.Write());
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private static async Task WriteStateAsync(HttpContext context, bool isGood, ServiceHealth health)
    {
        context.Response.StatusCode = isGood ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(
            $$"""{"status":"{{Word(isGood, health)}}","state":{{JsonEncodedText.Encode(health.State) switch { var s => $"\"{s}\"" }}}}""");
    }

    private static string Word(bool isGood, ServiceHealth health) =>
        !isGood ? "unhealthy" : health.IsDegraded ? "degraded" : "ok";
}
