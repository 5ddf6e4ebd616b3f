using System.Globalization;
using System.Net;
using System.Text;
using FuturesEos.Cli.Output;

namespace FuturesEos.Cli.Chaos;

/// <summary>A run's result as one web page, with the picture in it: what a person files as evidence.</summary>
internal static class ChaosPage
{
    /// <summary>The page; it needs nothing from elsewhere.</summary>
    public static string Of(ChaosResult result)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>eos chaos, seed {{result.Seed}}</title>
            <style>body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1040px;color:#1c2430}
            table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:left}h1{font-size:1.4rem}
            pre{background:#f4f6f8;padding:1rem;white-space:pre-wrap;word-break:break-word}</style></head><body>
            <h1>Exactly once: {{(result.IsGood ? "yes" : "NO")}}</h1>
            <p>Seed {{result.Seed}}; {{result.Sent}} signals; {{result.Faults.Count}} faults; back at rate after
            {{result.LongestRecovery.TotalSeconds:0.0}} s at most; WAL behind the slot {{result.RetainedWalPeak >> 10}} KiB at most,
            {{result.RetainedWalEnd >> 10}} KiB at the end; {{result.Duration.TotalSeconds:0}} s in all.</p>
            {{ChaosPicture.Of(result)}}
            <h2>Faults</h2><table><tr><th>at, s</th><th>fault</th><th>component</th><th>lasted, s</th><th>back at rate after, s</th></tr>

            """);
        foreach (var fault in result.Faults)
        {
            var after = fault.RecoveredAfter is { } time
                ? time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) : "never";
            page.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"<tr><td>{fault.From.TotalSeconds:0.0}</td><td>{fault.Fault.Kind}</td><td>{fault.Fault.Component}</td><td>{(fault.To - fault.From).TotalSeconds:0.0}</td><td>{after}</td></tr>"));
        }

        page.AppendLine("</table>");
        foreach (var failure in result.Failures)
            page.AppendLine($"<p><b>FAILED:</b> {WebUtility.HtmlEncode(failure)}</p>");
        page.AppendLine(
            $"<h2>All figures</h2><pre>{WebUtility.HtmlEncode(result.ToJson().ToJsonString(Json.Options))}</pre></body></html>");
        return page.ToString();
    }
}
