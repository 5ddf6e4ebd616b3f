using System.CommandLine;
using System.Globalization;
using FuturesEos.Cli.Chaos;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.ServiceDefaults.Options;

namespace FuturesEos.Cli.Commands;

/// <summary>
/// <c>eos chaos</c>: the whole pipeline under load while its components die, freeze and lose their network;
/// then the proof.
/// </summary>
internal static class ChaosCommand
{
    private static readonly Option<double> Minutes = new("--minutes")
    {
        Description = "how long faults are injected", HelpName = "M", DefaultValueFactory = _ => 5,
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "what faults and signals follow from: the same seed gives the same",
        HelpName = "N", DefaultValueFactory = _ => 1,
    };

    private static readonly Option<double> Rate = new("--rate")
    {
        Description = "signals per second, of which some are repeated, late or no signals",
        HelpName = "N", DefaultValueFactory = _ => 300,
    };

    private static readonly Option<string> Within = new("--within")
    {
        Description = "how long after a fault's end the pipeline may take to be back at its rate, at most 120s",
        HelpName = "TIME", DefaultValueFactory = _ => "30s",
    };

    private static readonly Option<Topology.Cdc> Cdc = new("--cdc")
    {
        Description = "who carries the outbox to Kafka: relay, or debezium (in a Connect worker; "
            + "FUTURES_EOS_KAFKA names the folder of its libs and plugins)",
        HelpName = "relay|debezium", DefaultValueFactory = _ => Topology.Cdc.Relay,
    };

    private static readonly Option<string?> Report = new("--report")
    {
        Description = "write the result as a web page, with the picture of faults and throughput", HelpName = "FILE",
    };

    private static readonly Option<bool> Keep = new("--keep") { Description = "keep the scratch folder" };

    public static Command Create()
    {
        var command = new Command(
            "chaos",
            "the whole pipeline under load while everything in it is killed, frozen and cut off; then the proof")
        {
            Minutes, Seed, Rate, Within, Cdc, Report, Keep, PipelineOptions.BootstrapServers, PipelineOptions.Postgres,
        }.PrintsJson();
        Cdc.AcceptOnlyFromAmong("relay", "debezium"); // an enum would take numbers too
        Between(Minutes, 0.1, 24 * 60);
        Between(Rate, 1, 100_000);
        Within.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && TimeOf(token.Value) is null)
                result.AddError($"{Within.Name} is a time up to {ChaosRun.GiveUp.TotalSeconds:0}s, for example 30s");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static TimeSpan? TimeOf(string text) =>
        DurationConverter.TryParse(text, out var time) && time > TimeSpan.Zero && time <= ChaosRun.GiveUp
            ? time
            : null;

    private static void Between(Option<double> option, double least, double most) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && double.TryParse(token.Value, CultureInfo.InvariantCulture, out var value)
            && !(value >= least && value <= most))
        {
            result.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{option.Name} is a number from {least} to {most}"));
        }
    });

    private static Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var context = PipelineContext.From(
            parsed.GetValue(PipelineOptions.BootstrapServers), parsed.GetValue(PipelineOptions.Postgres), null);
        var settings = new ChaosSettings
        {
            Seed = parsed.GetValue(Seed),
            Duration = TimeSpan.FromMinutes(parsed.GetValue(Minutes)),
            Rate = parsed.GetValue(Rate),
            Within = TimeOf(parsed.GetValue(Within)!)!.Value,
            Cdc = parsed.GetValue(Cdc),
            Report = parsed.GetValue(Report) is { } file ? ReportFile.Claim(Path.GetFullPath(file)) : null,
            Keep = parsed.GetValue(Keep),
            BootstrapServers = context.OwnBootstrapServers,
            Postgres = context.OwnPostgres,
        };
        return new ChaosStage(settings).RunAsync(parsed.WantsJson(), cancellation);
    }
}
