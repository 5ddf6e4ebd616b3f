using System.CommandLine;
using FuturesEos.Cli.Doctor;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Wire;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary>
/// <c>eos doctor</c>: what is set up otherwise than it has to be, and what to do. Exit 1 when something is an error.
/// </summary>
internal static class DoctorCommand
{
    private static readonly Option<string> ApplicationId = new("--application-id")
    { Description = "the processor's", DefaultValueFactory = _ => Topics.DefaultApplicationId };
    private static readonly Option<string> OutputPrefix = new("--output-prefix")
    { Description = "the processor's", DefaultValueFactory = _ => Topics.DefaultPrefix };

    public static Command Create()
    {
        var command = new Command(
            "doctor", "topics, transactions, database: each with ok, warning or error, and the remedy")
        { ApplicationId, OutputPrefix };
        command.FindsPipeline().PrintsJson().SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var context = PipelineContext.From(parsed);
        var findings = new List<Finding>();
        using (var cluster = await TopicOffsets.OpenAsync(context.Kafka, cancellationToken))
            findings.AddRange(await new TopicChecks(
                cluster).RunAsync(parsed.GetValue(ApplicationId)!, parsed.GetValue(OutputPrefix)!));
        findings.AddRange(await TransactionsAsync(context, cancellationToken));
        if (context.HasPostgres)
            findings.AddRange(await new DatabaseChecks(context.Postgres).RunAsync(cancellationToken));
        else findings.Add(Finding.Warning("PostgreSQL", "was not looked at", "--postgres CONNECTION_STRING"));

        if (parsed.WantsJson()) Json.Print(new { Findings = findings });
        else Print(findings);
        return findings.Exists(finding => finding.Verdict == Verdict.Error) ? ExitCode.CheckFailed : ExitCode.Ok;
    }

    private static async Task<List<Finding>> TransactionsAsync(
        PipelineContext context, CancellationToken cancellationToken)
    {
        try
        {
            await using var cluster = await KafkaCluster.OpenAsync(context.Kafka, cancellationToken);
            return await new TransactionChecks(new Transactions(cluster)).RunAsync(cancellationToken);
        }
        catch (ExpectedFailure e)
        {
            return [Finding.Warning("transactions", "were not looked at", e.Message)];
        }
    }

    private static void Print(List<Finding> findings)
    {
        var table = Screen.Table("VERDICT", "WHAT", "FOUND", "REMEDY");
        foreach (var finding in findings)
            table.Row(
                finding.Verdict.ToString().ToLowerInvariant(), finding.Check, finding.Detail, finding.Remedy ?? "");
        Screen.Write(table);
    }
}
