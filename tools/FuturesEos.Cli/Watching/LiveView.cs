using System.Globalization;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Supervision;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FuturesEos.Cli.Watching;

/// <summary>
/// What <c>up</c> shows: the funnel, rates, lag, transactions, the processes. Redrawn in place on a terminal; elsewhere
/// a line when something has changed, at most one every ten seconds.
/// </summary>
internal sealed class LiveView(PipelineHost host, FunnelProbe probe, TimeProvider time)
{
    private const int EventsMax = 6;
    private static readonly TimeSpan DrawEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    private readonly MetricsReader _metrics = new();
    private readonly Queue<string> _events = new();
    private Funnel _before = Funnel.Empty;
    private long _beforeAt = time.GetTimestamp();

    /// <summary>Something that happened; shown below the figures, or as a line where there is no picture.</summary>
    public void Say(string text)
    {
        if (!Screen.IsLive)
        {
            Talk.Line(text);
            return;
        }

        lock (_events)
        {
            _events.Enqueue($"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} {text}");
            while (_events.Count > EventsMax) _events.Dequeue();
        }
    }

    /// <summary>Shows until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            if (Screen.IsLive)
                await Screen.Drawing.Live(new Text(""))
                    .AutoClear(false).StartAsync(context => DrawAsync(context, cancellation));
            else
                await WriteLinesAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private async Task DrawAsync(LiveDisplayContext context, CancellationToken cancellation)
    {
        while (true)
        {
            context.UpdateTarget(await PictureAsync(cancellation));
            await Task.Delay(DrawEvery, time, cancellation);
        }
    }

    private async Task WriteLinesAsync(CancellationToken cancellation)
    {
        var shown = Funnel.Empty;
        while (true)
        {
            var funnel = await probe.AskAsync(cancellation);
            if (funnel != shown)
                Talk.Line(
                    $"signals {funnel.Signals}, decisions {funnel.Decisions}, orders {funnel.Orders}, events "
                        + $"{funnel.Events}, lag {funnel.Lag}");
            shown = funnel;
            await Task.Delay(LineEvery, time, cancellation);
        }
    }

    private async Task<IRenderable> PictureAsync(CancellationToken cancellation)
    {
        var funnel = await probe.AskAsync(cancellation);
        var seconds = time.GetElapsedTime(_beforeAt).TotalSeconds;
        var stages = Screen.Table("", "SIGNALS", "DECISIONS", "DEAD LETTERS", "ORDERS", "EVENTS", "LAG");
        stages.Row("so far", N(funnel.Signals),
            N(funnel.Decisions), N(funnel.DeadLetters), N(funnel.Orders), N(funnel.Events), N(funnel.Lag));
        stages.Row(
            "per second", Rate(f => f.Signals),
            Rate(f => f.Decisions), Rate(f => f.DeadLetters), Rate(f => f.Orders), Rate(f => f.Events), "");
        var transactions = Screen.Table("TRANSACTIONS", "COMMITTED", "ABORTED");
        foreach (var name in (string[])["processor", "relay"])
            transactions.Row(name, await TransactionsAsync(name, "committed", cancellation),
                await TransactionsAsync(name, "aborted", cancellation));
        (_before, _beforeAt) = (funnel, time.GetTimestamp());

        string[] events;
        lock (_events) events = [.. _events];
        var width = Screen.Drawing.Profile.Width;
        return new Rows(
            stages.Draw(width), Text.Empty, transactions.Draw(width), Text.Empty, Processes().Draw(width), Text.Empty,
            new Text(string.Join('\n', events)));

        string Rate(Func<Funnel, long> of) =>
            ((of(funnel) - of(_before)) / seconds).ToString("0.0", CultureInfo.InvariantCulture);
    }

    private async Task<string> TransactionsAsync(string name, string outcome, CancellationToken cancellation) =>
        N((long)await _metrics.SumAsync(
            host.Keeper(name).Part.Metrics!, "eos_transactions_total", $"outcome=\"{outcome}\"", cancellation));

    private TextTable Processes()
    {
        var table = Screen.Table("PROCESS", "STATE", "PID", "RESTARTS", "HEALTH");
        foreach (var process in host.Status.Processes)
            table.Row(process.Name, process.State.ToString().ToLowerInvariant(),
                process.Pid is { } pid ? N(pid) : "-", N(process.Restarts), process.Health);
        return table;
    }

    private static string N(long number) => number.ToString(CultureInfo.InvariantCulture);
}
