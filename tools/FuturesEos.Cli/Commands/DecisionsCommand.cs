using System.CommandLine;
using System.Globalization;
using Confluent.Kafka;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary><c>eos decisions</c>: the newest committed ones.</summary>
internal static class DecisionsCommand
{
    private static readonly Option<string> OutputPrefix = new("--output-prefix")
    { Description = "the processor's", DefaultValueFactory = _ => Topics.DefaultPrefix };

    public static Command Create()
    {
        var command = new Command("decisions", "the newest committed decisions") { NewestRows.Limit, OutputPrefix };
        command.FindsPipeline().PrintsJson().SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var context = PipelineContext.From(parsed);
        using var offsets = await TopicOffsets.OpenAsync(context.Kafka, cancellationToken);
        var partitions = offsets.Partitions(Topics.Decisions(parsed.GetValue(OutputPrefix)!));
        var ends = await offsets.EndsAsync(partitions, IsolationLevel.ReadCommitted);
        var limit = NewestRows.LimitOf(parsed);
        var newest = (await Task.Run(
            () => NewestRecords.Read(context.Kafka, ends, limit, cancellationToken), cancellationToken))
            .ConvertAll(Row.Of);
        if (parsed.WantsJson()) Json.Print(new { Decisions = newest });
        else Print(newest);
        return ExitCode.Ok;
    }

    private static void Print(List<Row> rows)
    {
        var table =
            Screen.Table("TIMESTAMP", "SYMBOL", "ACTION", "REASON", "CONFIDENCE", "PRICE", "QTY", "COUNT", "NET", "ID");
        foreach (var row in rows)
        {
            table.Row(
                row.Timestamp, row.Symbol,
                row.Action, row.Reason, Text(row.Confidence), Text(row.SuggestedPrice), Text(row.SuggestedQty),
                Text(row.SignalCount), Text(row.Net), row.Id);
        }

        Screen.Write(table);
    }

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Row(
        string Id, string SignalId,
        string Symbol, string Action, string Reason, decimal Confidence, decimal SuggestedPrice, decimal SuggestedQty,
        int SignalCount, int Net, string Timestamp, int Partition, long Offset)
    {
        public static Row Of(CommittedRecord record) => DecisionReader.TryRead(record.Value, out var d, out var error)
            ? new Row(
                d.Id.ToString(), d.SignalId.ToString(),
                d.Symbol, d.Action.Text(), d.Reason.Text(), d.Confidence, d.SuggestedPrice, d.SuggestedQty,
                d.SignalCount, d.Net, Timestamps.Format(d.Timestamp), record.Partition, record.Offset)
            : new Row("-", "-", "-", "UNREADABLE",
                error, 0, 0, 0, 0, 0, Timestamps.Format(record.TimestampMs), record.Partition, record.Offset);
    }
}
