using System.CommandLine;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Reading;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary><c>eos orders</c>: the newest rows.</summary>
internal static class OrdersCommand
{
    private const string Newest =
        "SELECT id, symbol, side, qty, price, status, created_at, decision_id FROM app.orders ORDER BY "
            + "created_at DESC, id LIMIT $1";

    public static Command Create()
    {
        var command = new Command("orders", "the newest orders") { NewestRows.Limit };
        command.FindsPipeline().PrintsJson().SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var rows = await DatabaseTable.QueryAsync(
            PipelineContext.From(parsed).Postgres, Newest, NewestRows.LimitOf(parsed), cancellationToken);
        rows.Print("orders", parsed.WantsJson());
        return ExitCode.Ok;
    }
}
