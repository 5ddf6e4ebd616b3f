using System.CommandLine;
using System.Globalization;
using Confluent.Kafka;
using FuturesEos.Cli.DeadLetters;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary><c>eos dlq</c>: the signals that were refused, and a second chance for them.</summary>
internal static class DlqCommand
{
    private static readonly Argument<string> Place = new("P:OFFSET")
    { Description = "partition and offset in the dead-letter topic" };
    private static readonly Option<string?> Reason = new("--reason")
    {
        Description = "only those: MALFORMED, INVALID_FIELD, KEY_MISMATCH, TIMEFRAME_MISMATCH or LATE", HelpName = "R",
    };

    private static readonly Option<string> OutputPrefix = new("--output-prefix")
    { Description = "the processor's", DefaultValueFactory = _ => Topics.DefaultPrefix };

    public static Command Create()
    {
        Reason.AcceptOnlyFromAmong("MALFORMED", "INVALID_FIELD", "KEY_MISMATCH", "TIMEFRAME_MISMATCH", "LATE");
        var list = new Command("list", "the newest dead letters") { Reason, NewestRows.Limit, OutputPrefix };
        list.FindsPipeline().PrintsJson().SetAction(ListAsync);
        var show = new Command("show", "one of them, with its bytes and headers") { Place, OutputPrefix };
        show.FindsPipeline().PrintsJson().SetAction(ShowAsync);
        var redrive = new Command("redrive", "send each once more to the topic it came from, and never twice")
        { Reason, OutputPrefix };
        redrive.FindsPipeline().PrintsJson().SetAction(RedriveAsync);
        return new Command("dlq", "refused and late signals") { list, show, redrive };
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var context = PipelineContext.From(parsed);
        using var offsets = await TopicOffsets.OpenAsync(context.Kafka, cancellationToken);
        var ends = await offsets.EndsAsync(offsets.Partitions(TopicOf(parsed)), IsolationLevel.ReadCommitted);
        var limit = NewestRows.LimitOf(parsed);
        var all = await Task.Run(
            () => TopicReader.Read(context.Kafka, ends, cancellationToken)
                .Select(DeadLetter.Of).Where(letter => IsWanted(parsed, letter))
                .OrderByDescending(letter => letter.Record.TimestampMs).Take(limit).ToList(),
            cancellationToken);
        if (parsed.WantsJson())
        {
            Json.Print(new { DeadLetters = all.ConvertAll(Summary) });
            return ExitCode.Ok;
        }

        var table = Screen.Table("PLACE", "REASON", "CAME FROM", "KEY", "REDRIVEN", "DETAIL");
        foreach (var letter in all)
            table.Row(letter.Place, letter.Reason, Origin(letter),
                RecordLine.Printable(letter.Record.Key) ?? "-", letter.CameBack ? "came back" : "", letter.Detail);
        Screen.Write(table);
        return ExitCode.Ok;
    }

    private static async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var context = PipelineContext.From(parsed);
        var place = parsed.GetValue(Place)!;
        if (place.Split(':') is not [var p, var o] || !int.TryParse(p, CultureInfo.InvariantCulture, out var partition)
            || !long.TryParse(o, CultureInfo.InvariantCulture, out var offset))
            throw ExpectedFailure.Usage(
                $"{place} is no place; write partition:offset as 'eos dlq list' shows it, for example 2:17");
        using var offsets = await TopicOffsets.OpenAsync(context.Kafka, cancellationToken);
        var where = offsets.Partitions(TopicOf(parsed)).FirstOrDefault(tp => tp.Partition.Value == partition)
            ?? throw ExpectedFailure.Usage($"{TopicOf(parsed)} has no partition {partition}");
        var ends = await offsets.EndsAsync([where], IsolationLevel.ReadCommitted);
        var record = await Task.Run(
            () => TopicReader.Read(context.Kafka,
                ends, cancellationToken, new Dictionary<TopicPartition, long> { [where] = offset }).FirstOrDefault(),
            cancellationToken);
        if (record?.Offset != offset) throw new ExpectedFailure(ExitCode.CheckFailed,
            $"there is no committed dead letter at {place}; 'eos dlq list' shows those there are");
        if (parsed.WantsJson())
        {
            Json.Print(RecordLine.Json(record));
            return ExitCode.Ok;
        }

        var table = Screen.Table("FIELD", "VALUE");
        table.Row("key", RecordLine.Printable(record.Key) ?? "(null)")
            .Row("value", RecordLine.Printable(record.Value) ?? "(null)");
        foreach (var header in record.Headers) table.Row(header.Name, RecordLine.Printable(header.Value) ?? "(null)");
        Screen.Write(table);
        return ExitCode.Ok;
    }

    private static async Task<int> RedriveAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var context = PipelineContext.From(parsed);
        using var offsets = await TopicOffsets.OpenAsync(context.Kafka, cancellationToken);
        var redrive = new Redrive(context.Kafka, offsets, TopicOf(parsed));
        await redrive.RunAsync(letter => IsWanted(parsed, letter), cancellationToken);
        if (parsed.WantsJson())
            Json.Print(new { redrive.Sent, redrive.SentBefore, redrive.CameBack, redrive.WithoutOrigin });
        else
            Talk.Line(
                $"sent {redrive.Sent} once more; {redrive.SentBefore} were sent before, {redrive.CameBack} came back "
                    + $"refused again, {redrive.WithoutOrigin} do not say where from");
        return ExitCode.Ok;
    }

    private static object Summary(DeadLetter letter) => new
    {
        letter.Place,
        letter.Reason,
        letter.Detail,
        letter.Topic,
        letter.Partition,
        letter.Offset,
        Key = RecordLine.Printable(letter.Record.Key),
        Value = RecordLine.Printable(letter.Record.Value),
        letter.CameBack,
    };

    private static bool IsWanted(ParseResult parsed, DeadLetter letter) =>
        parsed.GetValue(Reason) is not { } reason || letter.Reason == reason;

    private static string Origin(DeadLetter letter) =>
        string.Create(CultureInfo.InvariantCulture, $"{letter.Topic} {letter.Partition}:{letter.Offset}");

    private static string TopicOf(ParseResult parsed) => Topics.DeadLetters(parsed.GetValue(OutputPrefix)!);
}
