using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FuturesEos.ServiceDefaults.Health;

/// <summary>
/// What a probe is answered: <c>{"status":"ok","state":"running","checks":{"work":{"status":"ok",…},…}}</c>. The state
/// is that of the first check that is as bad as all together.
/// </summary>
internal static class HealthResponse
{
    public static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", Word(report.Status));
        json.WriteString("state", Text(report.Entries.First(check => check.Value.Status == report.Status)));
        json.WriteStartObject("checks");
        foreach (var check in report.Entries)
        {
            json.WriteStartObject(check.Key);
            json.WriteString("status", Word(check.Value.Status));
            json.WriteString("state", Text(check));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    // checks of libraries leave the reason to the exception
    private static string? Text(KeyValuePair<string, HealthReportEntry> check) => check.Value.Exception is { } failure
        ? $"{check.Key}: {Failures.Reason(failure)}" : check.Value.Description;

    private static string Word(HealthStatus status) =>
        status == HealthStatus.Healthy ? "ok" : status.ToString().ToLowerInvariant();
}
