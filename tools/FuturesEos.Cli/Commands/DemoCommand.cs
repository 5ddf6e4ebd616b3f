using System.CommandLine;
using FuturesEos.Cli.Demo;
using FuturesEos.Cli.Pipeline;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary><c>eos demo</c>: real trades, real kills, and the proof that nothing was lost or doubled.</summary>
internal static class DemoCommand
{
    private static readonly Option<string> Trades = new("--trades")
    {
        Description = "file of trades, in the format of Binance's public dumps (default: two days of XRPETH)",
        HelpName = "FILE",
        DefaultValueFactory = _ => Path.Combine(Installation.Root, "samples", "XRPETH-trades-2019-10-11.csv"),
    };

    private static readonly Option<string?> Symbol = new("--symbol")
    { Description = "symbol (default: the file's name up to its first '-')", HelpName = "S" };
    private static readonly Option<bool> NoKill = new("--no-kill") { Description = "kill nothing" };
    private static readonly Option<bool> Keep = new("--keep") { Description = "keep the scratch folder" };

    public static Command Create()
    {
        var command = new Command(
            "demo", "real trades replayed into the running pipeline, processes killed meanwhile, then the proof")
        {
            Trades, Symbol, NoKill, Keep, PipelineOptions.BootstrapServers, PipelineOptions.Postgres,
        }.PrintsJson();
        command.SetAction(RunAsync);
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var trades = Path.GetFullPath(parsed.GetValue(Trades)!);
        if (!File.Exists(trades)) throw ExpectedFailure.Usage($"there is no file {trades}; --trades FILE names one");
        var context = PipelineContext.From(
            parsed.GetValue(PipelineOptions.BootstrapServers), parsed.GetValue(PipelineOptions.Postgres), null);
        var settings = new DemoSettings
        {
            Trades = trades,
            Symbol = parsed.GetValue(Symbol),
            Kills = !parsed.GetValue(NoKill),
            Keep = parsed.GetValue(Keep),
            BootstrapServers = context.OwnBootstrapServers,
            Postgres = context.OwnPostgres,
        };
        return new DemoStage(settings).RunAsync(parsed.WantsJson(), cancellation);
    }
}
