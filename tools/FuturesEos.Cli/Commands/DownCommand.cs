using System.CommandLine;
using System.Diagnostics;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Supervision;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary><c>eos down</c>: stops what <c>up</c> runs, and returns when it has ended.</summary>
internal static class DownCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static Command Create()
    {
        var command = new Command("down", "stop the pipeline that 'up' runs; nothing is lost") { PipelineOptions.Data };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var context = PipelineContext.From(parsed);
        var running = context.Running ?? throw context.NothingRuns("the --data folder of one that runs");
        await ControlClient.StopAsync(running, cancellation);
        var start = Stopwatch.GetTimestamp();
        while (RunFile.IsRunning(running.Pid, running.StartedAt))
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new ExpectedFailure(
                    ExitCode.TimedOut,
                    $"process {running.Pid} has not ended after {Patience.TotalSeconds:0} s; see "
                        + $"{context.DataFolder}/logs");
            await Task.Delay(50, cancellation);
        }

        Talk.Line("stopped");
        return ExitCode.Ok;
    }
}
