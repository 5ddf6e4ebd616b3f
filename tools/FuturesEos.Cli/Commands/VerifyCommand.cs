using System.CommandLine;
using System.Globalization;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Verification;
using FuturesEos.Cli.Verification.Following;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Orders;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Options;

namespace FuturesEos.Cli.Commands;

/// <summary><c>eos verify</c>: whether exactly once held, for everything committed so far.</summary>
internal static class VerifyCommand
{
    private static readonly Option<string?> Wait = new("--wait")
    { Description = "wait up to this long for the pipeline to be quiet, for example 30s", HelpName = "TIME" };
    private static readonly Option<string?> Report = new("--report")
    {
        Description = "also write the result as a web page, or as JSON where the name ends in .json", HelpName = "FILE",
    };

    private static readonly Option<string?> Follow = new("--follow")
    {
        Description = "go on with what comes, and report every so often (5s), until Ctrl-C", HelpName = "EVERY",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> State = new("--state")
    {
        Description = "where --follow keeps how far it is (verify-follow.state in the data folder)", HelpName = "FILE",
    };

    private static readonly Option<string> ApplicationId = new("--application-id")
    { Description = "the processor's", DefaultValueFactory = _ => Topics.DefaultApplicationId };
    private static readonly Option<string> OutputPrefix = new("--output-prefix")
    { Description = "the processor's", DefaultValueFactory = _ => Topics.DefaultPrefix };
    private static readonly Option<string> Grace = new("--grace")
    { Description = "the processor's", DefaultValueFactory = _ => "30s", HelpName = "TIME" };
    private static readonly Option<string> Group = new("--group")
    { Description = "the order manager's", DefaultValueFactory = _ => new VerifyOptions().OrdersGroup };
    private static readonly Option<decimal> Threshold = new("--threshold")
    { Description = "the order manager's", DefaultValueFactory = _ => new OrderRuleOptions().Threshold };
    private static readonly Option<decimal> Base = new("--base")
    { Description = "the order manager's", DefaultValueFactory = _ => new OrderRuleOptions().Base };
    private static readonly Option<decimal> Max = new("--max")
    { Description = "the order manager's", DefaultValueFactory = _ => new OrderRuleOptions().Max };

    public static Command Create()
    {
        var command = new Command("verify",
            "reconcile everything committed so far, by id and content; exit 1 on any gap, duplicate or orphan")
        {
            Wait, Report, Follow, State, ApplicationId, OutputPrefix, Grace, Group, Threshold, Base, Max,
        };
        command.FindsPipeline().PrintsJson().SetAction(RunAsync);
        return command;
    }

    /// <summary>Prints a report, as data on stdout.</summary>
    public static void Print(VerifyReport report)
    {
        var table = Screen.Table("STAGE", "COUNT", "DUPLICATES", "MISSING", "UNEXPECTED");
        table.Row("signals", Text(report.Signals.Read), Text(report.Signals.Duplicates), "", "");
        table.Row("dead letters", Text(report.Signals.DeadLetters), "", "", "");
        table.Row("decisions", Text(report.Decisions.Committed),
            Text(report.Decisions.Duplicates), Text(report.Decisions.Missing), Text(report.Decisions.Unexpected));
        table.Row("orders", Text(report.Orders.Rows), "", Text(report.Orders.Missing), Text(report.Orders.Unexpected));
        table.Row("outbox", Text(report.Outbox.Rows), "", Text(report.Outbox.Missing), Text(report.Outbox.Unexpected));
        table.Row("events", Text(report.Events.Committed),
            Text(report.Events.Duplicates), Text(report.Events.Missing), Text(report.Events.Unexpected));
        Screen.Write(table);
        PrintDifferences(report);
        var (signals, decisions, events) = report.InFlight;
        if (signals + decisions + events > 0)
            Talk.Line($"in flight, and not judged: {signals} signals, {decisions} decisions, {events} events");
        Talk.Line(report.ExactlyOnce
            ? $"exactly once: {report.Signals.Read} signals = {report.Signals.Unique} decided + "
                + $"{report.Signals.Duplicates} repeated + {report.Signals.DeadLetters} dead letters"
            : $"NOT exactly once: {report.DifferenceCount} differences");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var context = PipelineContext.From(parsed);
        TimeSpan? wait = parsed.GetValue(Wait) is { } text ? Time("--wait", text) : null;
        var options = Options(parsed);
        if (parsed.GetResult(Follow) is not null)
        {
            var every = parsed.GetValue(Follow) is { } given ? Time("--follow", given) : TimeSpan.FromSeconds(5);
            var state = parsed.GetValue(State) ?? Path.Combine(context.DataFolder, "verify-follow.state");
            return await new FollowRun(
                context.Kafka, context.Postgres, options, every, state, parsed.WantsJson()).RunAsync(cancellationToken);
        }

        if (parsed.GetValue(Report) is { } claimed) ReportFile.Claim(claimed);
        var report = await Verifier.RunAsync(
            context.Kafka, context.Postgres, options, wait, countAborted: true, cancellationToken);
        if (parsed.GetValue(Report) is { } file)
            await WriteAsync(report, file, context.Kafka.BootstrapServers, cancellationToken);
        if (parsed.WantsJson()) Json.Print(report);
        else Print(report);
        return report.ExactlyOnce ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static async Task WriteAsync(
        VerifyReport report, string file, string servers, CancellationToken cancellation)
    {
        try
        {
            await VerifyPage.WriteAsync(report, file, servers, TimeProvider.System.GetUtcNow(), cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ExpectedFailure.Unreachable($"the report cannot be written to {file}: {e.Message}", e);
        }
    }

    private static VerifyOptions Options(ParseResult parsed)
    {
        var orders = new OrderRuleOptions
        { Threshold = parsed.GetValue(Threshold), Base = parsed.GetValue(Base), Max = parsed.GetValue(Max) };
        if (orders.Validate() is { } wrong) throw ExpectedFailure.Usage(wrong);
        return new VerifyOptions
        {
            ApplicationId = parsed.GetValue(ApplicationId)!,
            OutputPrefix = parsed.GetValue(OutputPrefix)!,
            OrdersGroup = parsed.GetValue(Group)!,
            GraceMs = (long)Time("--grace", parsed.GetValue(Grace)!).TotalMilliseconds,
            Orders = orders,
        };
    }

    private static void PrintDifferences(VerifyReport report)
    {
        if (report.Differences.Count == 0) return;
        Console.Out.WriteLine();
        var table = Screen.Table("STAGE", "KIND", "ID", "DETAIL");
        foreach (var difference in report.Differences)
            table.Row(Name(difference.Stage), Name(difference.Kind), difference.Id, difference.Detail);
        Screen.Write(table);
        if (report.DifferenceCount > report.Differences.Count)
            Talk.Line(
                $"and {report.DifferenceCount - report.Differences.Count} more: {DifferenceList.KeptOfEach} of each kind are shown");
    }

    private static TimeSpan Time(string option, string text) => DurationConverter.TryParse(text, out var time)
        && time >= TimeSpan.Zero
        ? time : throw ExpectedFailure.Usage($"{option} {text} is no time; write 500ms, 30s or 5m");

    private static string Name<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string Text(long count) => count.ToString(CultureInfo.InvariantCulture);
}
