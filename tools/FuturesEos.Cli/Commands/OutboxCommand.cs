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

    public static Command Create()
    {
        var command = new Command("outbox", "the newest rows of the outbox") { NewestRows.Limit };
        command.FindsPipeline().PrintsJson().SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var rows = await DatabaseTable.QueryAsync(
            PipelineContext.From(parsed).Postgres, Newest, NewestRows.LimitOf(parsed), cancellationToken);
        rows.Print("outbox", parsed.WantsJson());
        return ExitCode.Ok;
    }
}
