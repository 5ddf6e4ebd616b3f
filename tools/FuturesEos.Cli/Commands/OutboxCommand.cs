using System.CommandLine;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Pruning;
using FuturesEos.Cli.Reading;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Options;

namespace FuturesEos.Cli.Commands;

/// <summary><c>eos outbox</c>: the newest rows.</summary>
internal static class OutboxCommand
{
    private const string Newest =
        "SELECT event_id, type, aggregate_id, occurred_at, payload::text AS payload FROM app.outbox ORDER BY "
            + "occurred_at DESC, event_id LIMIT $1";

    private const string NewestParked =
        "SELECT event_id, type, aggregate_id, occurred_at, octet_length(payload::text) AS payload_bytes, parked_at, "
            + "reason FROM app.outbox_parked ORDER BY parked_at DESC, event_id LIMIT $1";

    private static readonly Option<bool> Parked = new("--parked")
    { Description = "only rows that Kafka never took, and why; 'eos relay repair' sends those that fit now" };

    private static readonly Option<string> OlderThan = new("--older-than")
    { Description = "by the time of the order: 12h, 7d", HelpName = "TIME", Required = true };
    private static readonly Option<string> Slot = new("--slot")
    { Description = "replication slot", HelpName = "NAME", DefaultValueFactory = _ => "futures_outbox" };
    private static readonly Option<string> Wait = new("--wait")
    {
        Description = "longest wait until what is there now is confirmed", HelpName = "TIME",
        DefaultValueFactory = _ => "60s",
    };

    public static Command Create()
    {
        var command = new Command("outbox", "the newest rows of the outbox") { NewestRows.Limit, Parked };
        command.FindsPipeline().PrintsJson().SetAction(RunAsync);
        var prune = new Command(
            "prune", "remove rows that are in Kafka, relayed and confirmed, and no others; needs the relay running")
        { OlderThan, Slot, Wait };
        prune.FindsPipeline().PrintsJson().SetAction(PruneAsync);
        command.Subcommands.Add(prune);
        return command;
    }

    private static async Task<int> PruneAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var before = DateTime.UtcNow - Time("--older-than", parsed.GetValue(OlderThan)!);
        var prune = new OutboxPrune(
            PipelineContext.From(parsed).Postgres, parsed.GetValue(Slot)!, Time("--wait", parsed.GetValue(Wait)!));
        await prune.RunAsync(before, cancellationToken);
        if (parsed.WantsJson()) Json.Print(new { prune.Rows, Before = before });
        else Talk.Line(FormattableString.Invariant(
            $"{prune.Rows} rows from before {before:yyyy-MM-ddTHH:mm:ssZ} removed from app.outbox; each is in Kafka"));
        return ExitCode.Ok;
    }

    private static TimeSpan Time(string option, string text) => DurationConverter.TryParse(text, out var time)
        && time >= TimeSpan.Zero && time < TimeSpan.FromDays(36_500)
        ? time : throw ExpectedFailure.Usage($"{option} {text} is no time; write 30s, 12h or 7d");

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var rows = await DatabaseTable.QueryAsync(
            PipelineContext.From(parsed).Postgres, parsed.GetValue(Parked) ? NewestParked : Newest,
            NewestRows.LimitOf(parsed), cancellationToken);
        rows.Print("outbox", parsed.WantsJson());
        return ExitCode.Ok;
    }
}
