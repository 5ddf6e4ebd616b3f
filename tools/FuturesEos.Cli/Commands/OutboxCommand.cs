using System.CommandLine;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Reading;
using FuturesEos.ServiceDefaults;

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

    public static Command Create()
    {
        var command = new Command("outbox", "the newest rows of the outbox") { NewestRows.Limit, Parked };
        command.FindsPipeline().PrintsJson().SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var rows = await DatabaseTable.QueryAsync(
            PipelineContext.From(parsed).Postgres, parsed.GetValue(Parked) ? NewestParked : Newest,
            NewestRows.LimitOf(parsed), cancellationToken);
        rows.Print("outbox", parsed.WantsJson());
        return ExitCode.Ok;
    }
}
