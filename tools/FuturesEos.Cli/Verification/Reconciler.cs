using FuturesEos.Contracts;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// The proof: signals = decisions + duplicates + dead letters; decisions over the threshold = orders; orders = outbox rows = order
/// events. By id and content, with the contract's own rules as the oracle, never by count.
/// </summary>
internal static class Reconciler
{
    /// <summary>Compares everything that is committed.</summary>
    public static VerifyReport Run(IPipelineWorld world, VerifyOptions options)
    {
        var differences = new DifferenceList();
        var deadLetters = new DeadLetterSet(world.Read(options.DeadLetterTopic), differences);
        var signals = new SignalSet();
        foreach (var timeframe in Timeframes.All.ToArray())
        {
            foreach (var record in world.Read(Topics.Signals(timeframe))) signals.Add(timeframe, record, deadLetters);
        }

        deadLetters.Finish();
        var decisions = new DecisionSet(signals, differences);
        foreach (var record in world.Read(options.DecisionTopic)) decisions.Add(record);
        var (duplicates, signalsInFlight) = CheckSymbols(signals, world, options, differences);
        signalsInFlight += signals.ReportMissingDeadLetters(world, differences);

        var orders = new OrderCheck(world, options, differences);
        orders.Run(decisions);
        var outbox = new OutboxCheck(world.Database, differences);
        outbox.Run(orders.Expected);
        var events = new EventCheck(outbox.ById, differences);
        foreach (var record in world.Read(Topics.Orders)) events.Add(record);
        events.Finish(world);
        RefuseNothing(signals, decisions, signalsInFlight, differences);

        return new VerifyReport
        {
            ExactlyOnce = differences.IsEmpty,
            Signals = new(signals.Read, signals.Read - duplicates - signals.DeadLettered - signalsInFlight, duplicates, signals.DeadLettered),
            Decisions = Counts(decisions.Read, Stage.Decisions, differences),
            Orders = new(world.Database.Orders.Count, differences.Count(Stage.Orders, DifferenceKind.Missing), differences.Count(Stage.Orders, DifferenceKind.Unexpected)),
            Outbox = new(world.Database.Outbox.Count, differences.Count(Stage.Outbox, DifferenceKind.Missing), differences.Count(Stage.Outbox, DifferenceKind.Unexpected)),
            Events = Counts(events.Read, Stage.Events, differences),
            InFlight = new(signalsInFlight, orders.OnTheirWay, events.OnTheirWay),
            DifferenceCount = differences.Total,
            Differences = differences.Kept,
        };
    }

    private static (long Duplicates, long InFlight) CheckSymbols(
        SignalSet signals, IPipelineWorld world, VerifyOptions options, DifferenceList differences)
    {
        long duplicates = 0;
        long inFlight = 0;
        foreach (var task in signals.Symbols)
        {
            var live = signals.Live(task, world);
            var verdict = new SymbolCheck(task, live, options.GraceMs).Run();
            foreach (var difference in verdict.Differences) differences.Add(difference);
            duplicates += verdict.Duplicates;
            inFlight += task.ByTimeframe.Sum(entries => entries.Count) - live.Sum();
        }

        return (duplicates, inFlight);
    }

    /// <summary>A check that met nothing has proved nothing.</summary>
    private static void RefuseNothing(SignalSet signals, DecisionSet decisions, long inFlight, DifferenceList differences)
    {
        if (signals.Read == 0)
            differences.Add(Stage.Signals, DifferenceKind.Nothing, Topics.Signals(Timeframe.OneMinute), "no signal was read: there is nothing to prove; send some with 'eos burst' or 'eos replay'");
        else if (inFlight == signals.Read)
            differences.Add(Stage.Decisions, DifferenceKind.Nothing, "-", $"none of {signals.Read} signals was taken yet: is the processor running? ('eos status')");
        else if (decisions.Read == 0 && signals.DeadLettered == 0)
            differences.Add(Stage.Decisions, DifferenceKind.Nothing, "-", "neither a decision nor a dead letter was read");
    }

    private static VerifyReport.DecisionCounts Counts(long read, Stage stage, DifferenceList differences) => new(
        read,
        differences.Count(stage, DifferenceKind.Duplicate),
        differences.Count(stage, DifferenceKind.Missing),
        differences.Count(stage, DifferenceKind.Unexpected));
}
