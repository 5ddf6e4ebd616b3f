using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Supervision;
using FuturesEos.Cli.Watching;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Commands;

/// <summary><c>eos up</c>: the whole pipeline, until Ctrl-C or <c>eos down</c>.</summary>
internal static class UpCommand
{
    /// <summary>Its word on the line.</summary>
    public const string Name = "up";

    private static readonly Option<bool> Detach = new("--detach")
    { Description = "return as soon as everything is healthy" };
    private static readonly Option<bool> Background = new("--background") { Hidden = true };
    private static readonly Option<double> Rate = new("--rate")
    {
        Description = "synthetic signals per second; 0 for none", HelpName = "N", DefaultValueFactory = _ => 5,
    };

    public static Command Create()
    {
        var command = new Command(
            Name, "run the whole pipeline, until Ctrl-C or 'eos down'") { Detach, Rate, Background }.FindsPipeline();
        Rate.Validators.Add(result =>
        {
            // what is no number at all is refused by the parser itself
            if (result.Tokens is [var token] && double.TryParse(token.Value, CultureInfo.InvariantCulture, out var rate)
                && rate is not (>= 0 and <= 1_000_000))
                result.AddError("--rate is a number from 0 to 1000000");
        });
        command.SetAction((parsed, cancellation) => parsed.GetValue(Detach)
            ? DetachedUp.StartAsync(PipelineContext.From(parsed).DataFolder, Arguments(parsed), cancellation)
            : RunAsync(parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(Background)) DetachedUp.LeaveTerminal(PipelineContext.From(parsed).DataFolder);
        var context = PipelineContext.From(parsed);
        using var folder = DataFolder.Take(context.DataFolder);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Action<string> say = Talk.Line;
        var settings = new PipelineSettings
        {
            DataFolder = folder.Path,
            LogFolder = folder.Logs,
            BootstrapServers = context.OwnBootstrapServers,
            Postgres = context.OwnPostgres,
            Rate = parsed.GetValue(Rate),
            Say = text => say(text),
        };
        Talk.Line($"starting the pipeline in {folder.Path}");
        await using var host = await PipelineHost.StartServersAsync(settings, stop.Token);
        if (host.Missing is { } missing) return await StandByAsync(folder.Path, host, missing, stop);
        await host.StartServicesAsync(ServiceSizes.Usual, stop.Token);
        await host.StartGeneratorAsync(stop.Token);
        await using var control = await ControlEndpoint.StartAsync(() => host.Status, stop.Cancel);
        Announce(folder.Path, host, control);
        Talk.Line($"running: Kafka at {host.BootstrapServers}; Ctrl-C or 'eos down' stops it");
        try
        {
            using var probe = new FunnelProbe(PipelineContext.KafkaAt(host.BootstrapServers), host.Postgres);
            var view = new LiveView(host, probe, TimeProvider.System);
            say = view.Say;
            var shown = view.RunAsync(stop.Token);
            await (await Task.WhenAny(shown, host.Failed));
            await stop.CancelAsync();
            await shown;
        }
        finally
        {
            say = Talk.Line;
            RunFile.Delete(folder.Path);
        }

        Talk.Line("stopping: each service ends its transaction");
        return Eos.WasInterrupted ? ExitCode.Interrupted : ExitCode.Ok;
    }

    // The servers alone, for whoever looks at them or saves what they hold.
    private static async Task<int> StandByAsync(
        string dataFolder, PipelineHost host, string missing, CancellationTokenSource stop)
    {
        await using var control = await ControlEndpoint.StartAsync(() => host.Status, stop.Cancel);
        Talk.Error(missing);
        Announce(dataFolder, host, control);
        try
        {
            await Task.WhenAny(host.Failed, Task.Delay(Timeout.Infinite, stop.Token));
        }
        finally
        {
            RunFile.Delete(dataFolder);
        }

        return ExitCode.CheckFailed;
    }

    private static void Announce(string dataFolder, PipelineHost host, ControlEndpoint control)
    {
        using var self = Process.GetCurrentProcess();
        new RunFile
        {
            Pid = Environment.ProcessId,
            StartedAt = RunFile.StartOf(self),
            BootstrapServers = host.BootstrapServers,
            Postgres = host.Postgres,
            Control = control.Url,
        }.Write(dataFolder);
    }

    private static IEnumerable<string> Arguments(ParseResult parsed) =>
        parsed.Tokens.Select(token => token.Value).Where(word => word != Detach.Name).Append(Background.Name);
}
