using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using FuturesEos.Cli.Output;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// A report as a file that a person files as evidence: a web page that needs nothing from elsewhere, or JSON.
/// </summary>
internal static class VerifyPage
{
    /// <summary>Writes it; JSON where the name ends in <c>.json</c>, else a web page.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="file">Where to.</param>
    /// <param name="servers">Which brokers were read.</param>
    /// <param name="at">When the check was done.</param>
    /// <param name="cancellation">Ends the writing.</param>
    public static Task WriteAsync(
        VerifyReport report, string file, string servers, DateTimeOffset at, CancellationToken cancellation) =>
        File.WriteAllTextAsync(
            file,
            file.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
                ? JsonOf(report, servers, at) : PageOf(report, servers, at),
            cancellation);

    private static string JsonOf(VerifyReport report, string servers, DateTimeOffset at)
    {
        var json = JsonSerializer.SerializeToNode(report, Json.Options)!.AsObject();
        json["at"] = Time(at);
        json["bootstrap_servers"] = servers;
        return json.ToJsonString(new JsonSerializerOptions(Json.Options) { WriteIndented = true });
    }

    private static string PageOf(VerifyReport report, string servers, DateTimeOffset at)
    {
        var (signals, decisions, events) = (report.Signals, report.Decisions, report.Events);
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>eos verify, {{Time(at)}}</title>
            <style>body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1040px;color:#1c2430}
            table{border-collapse:collapse}td,th{padding:.2rem 1.2rem .2rem 0;text-align:left;vertical-align:top}
            h1{font-size:1.4rem}td.n{text-align:right}</style></head><body>
            <h1>Exactly once: {{(report.ExactlyOnce ? "yes" : $"NO, {report.DifferenceCount} differences")}}</h1>
            <p>{{Time(at)}}, Kafka at {{WebUtility.HtmlEncode(servers)}}. Every committed signal was decided anew by the contract's rules, and
            every stage compared with what the one before it demands, by id and content.</p>
            <table><tr><th>stage</th><th>there</th><th>duplicates</th><th>missing</th><th>unexpected</th></tr>

            """);
        Row(page, "signals", signals.Read, $"{signals.Duplicates} repeated by their sender", "", "");
        Row(page, "dead letters", signals.DeadLetters, "", "", "");
        Row(page,
            "decisions", decisions.Committed, N(decisions.Duplicates), N(decisions.Missing), N(decisions.Unexpected));
        Row(page, "orders", report.Orders.Rows, "", N(report.Orders.Missing), N(report.Orders.Unexpected));
        Row(page, "outbox", report.Outbox.Rows, "", N(report.Outbox.Missing), N(report.Outbox.Unexpected));
        Row(page, "order events", events.Committed, N(events.Duplicates), N(events.Missing), N(events.Unexpected));
        page.AppendLine("</table>");
        page.AppendLine(
            CultureInfo.InvariantCulture,
            $"<p>{signals.Read} signals = {signals.Unique} decided + {signals.Duplicates} repeated + "
                + $"{signals.DeadLetters} dead letters + {report.InFlight.Signals} in flight. Written by transactions "
                + $"that did not commit, and read by nobody: {report.AbortedRecords ?? 0}.</p>");
        AppendDifferences(page, report);
        return page.AppendLine("</body></html>").ToString();
    }

    private static void AppendDifferences(StringBuilder page, VerifyReport report)
    {
        if (report.Differences.Count == 0) return;
        page.AppendLine($"<h2>Differences</h2><p>The first {DifferenceList.KeptOfEach} of each kind.</p>");
        page.AppendLine("<table><tr><th>stage</th><th>kind</th><th>id</th><th>detail</th></tr>");
        foreach (var difference in report.Differences)
        {
            page.AppendLine(
                $"<tr><td>{difference.Stage}</td><td>{difference.Kind}</td><td>{WebUtility.HtmlEncode(difference.Id)}</td>"
                + $"<td>{WebUtility.HtmlEncode(difference.Detail)}</td></tr>");
        }

        page.AppendLine("</table>");
    }

    private static void Row(
        StringBuilder page, string stage, long there, string duplicates, string missing, string unexpected) =>
        page.AppendLine(
            $"<tr><td>{stage}</td><td class=\"n\">{N(there)}</td><td>{duplicates}</td><td>{missing}</td><td>{unexpected}</td></tr>");

    private static string N(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
