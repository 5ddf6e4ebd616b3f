using System.CommandLine;
using System.Globalization;
using Confluent.Kafka;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Reading;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary>
/// <c>eos check-duplicates TOPIC</c>: committed records that repeat an id. Exit 1 when there are any.
/// </summary>
internal static class CheckDuplicatesCommand
{
    private const int ShownMax = 20;
    private static readonly Argument<string> Topic = new("TOPIC") { Description = "the topic" };
    private static readonly Option<string> By = new("--by")
    {
        Description = "a header's name, or id: the field of that name in a JSON value", HelpName = "HEADER|id",
        DefaultValueFactory = _ => RecordId.FieldName,
    };

    public static Command Create()
    {
        var command = new Command("check-duplicates", "committed records that repeat an id") { Topic, By };
        command.FindsPipeline().PrintsJson().SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var context = PipelineContext.From(parsed);
        var topic = parsed.GetValue(Topic)!;
        var by = parsed.GetValue(By)!;
        using var offsets = await TopicOffsets.OpenAsync(context.Kafka, cancellationToken);
        var ends = await offsets.EndsAsync(offsets.Partitions(topic), IsolationLevel.ReadCommitted);
        var found = await Task.Run(() => DuplicateSearch.Run(
            TopicReader.Read(context.Kafka, ends, cancellationToken), by, ShownMax), cancellationToken);
        if (found.Records > 0 && found.Records == found.WithoutId)
            throw ExpectedFailure.Usage(
                $"none of {found.Records} records of {topic} has "
                    + $"{(by == RecordId.FieldName ? "a field id in its value" : $"a header {by}")}: nothing was "
                    + "compared; --by names another");
        if (parsed.WantsJson()) Json.Print(
            new { Topic = topic, By = by, found.Records, found.WithoutId, Duplicates = found.Count, found.First });
        else Print(topic, found);
        return found.Count == 0 ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static void Print(string topic, DuplicateSearch found)
    {
        if (found.Count > 0)
        {
            var table = Screen.Table("ID", "FIRST", "AGAIN");
            foreach (var duplicate in found.First) table.Row(duplicate.Id, duplicate.FirstPlace, duplicate.Place);
            Screen.Write(table);
        }

        Talk.Line(string.Create(CultureInfo.InvariantCulture,
            $"{topic}: {found.Records} committed records, {found.Count} repeat an id, {found.WithoutId} have none"));
    }
}
