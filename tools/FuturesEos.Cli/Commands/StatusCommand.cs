using System.CommandLine;
using System.Globalization;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Supervision;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary><c>eos status</c>: one line a process.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command =
            new Command("status", "one line a process of the running pipeline") { PipelineOptions.Data }.PrintsJson();
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var context = PipelineContext.From(parsed);
        var running = context.Running ?? throw context.NothingRuns("the --data folder of one that runs");
        var status = await ControlClient.StatusAsync(running, cancellation);
        if (parsed.WantsJson())
        {
            Json.Print(status);
            return ExitCode.Ok;
        }

        var table = Screen.Table("NAME", "STATE", "PID", "ADDRESS", "RESTARTS", "HEALTH", "METRICS");
        foreach (var process in status.Processes)
        {
            table.Row(
                process.Name,
                process.State.ToString().ToLowerInvariant(), process.Pid?.ToString(CultureInfo.InvariantCulture) ?? "-",
                process.Address ?? "-",
                process.Restarts.ToString(CultureInfo.InvariantCulture), process.Health, process.Metrics ?? "-");
        }

        Screen.Write(table);
        return ExitCode.Ok;
    }
}
