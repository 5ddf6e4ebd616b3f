using System.Globalization;
using System.Text.Json;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Verification;

namespace FuturesEos.Cli.Demo;

/// <summary>What a demonstration showed.</summary>
/// <param name="Report">Of the verification.</param>
/// <param name="Kills">What was killed.</param>
/// <param name="Duration">From the first process to the verdict.</param>
internal sealed record DemoResult(VerifyReport Report, DemoKills Kills, TimeSpan Duration)
{
    /// <summary>One object: the report's, and what is the demonstration's own.</summary>
    public void PrintJson()
    {
        var json = JsonSerializer.SerializeToNode(Report, Json.Options)!.AsObject();
        json["kills"] = JsonSerializer.SerializeToNode(Kills.Counts, Json.Options);
        json["seconds"] = Math.Round(Duration.TotalSeconds, 1);
        json["aborted_records"] = Report.AbortedRecords ?? 0;
        Console.Out.WriteLine(json.ToJsonString(Json.Options));
    }

    /// <summary>The funnel and the verdict.</summary>
    public void Print()
    {
        var (signals, decisions, events) = (Report.Signals, Report.Decisions, Report.Events);
        var table = Screen.Table("STAGE", "COUNT", "");
        table.Row("signals", N(signals.Read),
            $"{signals.Unique} unique, {signals.Duplicates} duplicates, {signals.DeadLetters} dead letters");
        table.Row("decisions", N(decisions.Committed),
            $"{decisions.Missing} missing, {decisions.Duplicates} doubled, {decisions.Unexpected} unexpected");
        table.Row(
            "orders", N(Report.Orders.Rows), $"{Report.Orders.Missing} missing, {Report.Orders.Unexpected} unexpected");
        table.Row(
            "outbox", N(Report.Outbox.Rows), $"{Report.Outbox.Missing} missing, {Report.Outbox.Unexpected} unexpected");
        table.Row("order events", N(events.Committed),
            $"{events.Missing} missing, {events.Duplicates} doubled, {events.Unexpected} unexpected");
        table.Row("killed", N(Kills.Counts.Values.Sum()),
            string.Join(", ", Kills.Counts.Select(kill => $"{kill.Key} {kill.Value}")));
        table.Row("aborted records",
            N(Report.AbortedRecords ?? 0), "written by transactions that did not commit, read by nobody");
        Screen.Write(table);
        foreach (var difference in Report.Differences) Console.Out.WriteLine(difference);
        if (Kills.OpenRecords > 0 && Report.ExactlyOnce)
            Console.Out.WriteLine($"{Kills.OpenRecords} records of an open transaction aborted, decided again");
        Console.Out.WriteLine(Report.ExactlyOnce
            ? $"exactly once: yes, in {Duration.TotalSeconds:0.0} s"
            : $"exactly once: NO, {Report.DifferenceCount} differences");
    }

    private static string N(long number) => number.ToString(CultureInfo.InvariantCulture);
}
