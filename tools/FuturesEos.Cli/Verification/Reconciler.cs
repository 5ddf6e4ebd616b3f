using FuturesEos.Cli.Verification.Spilling;
using FuturesEos.Contracts;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// The proof: signals = decisions + duplicates + dead letters; decisions over the threshold = orders; orders = outbox
/// rows = order events. By id and content, with the contract's own rules as the oracle, never by count. What is
/// compared lies on disk, in buckets by symbol, then by order, then by event; one bucket at a time is in memory, and of
/// one with a very large symbol only what goes by.
/// </summary>
internal static class Reconciler
{
    private const long StreamedFrom = 50_000;

    /// <summary>Compares everything that is committed.</summary>
    /// <param name="world">All of it.</param>
    /// <param name="options">The pipeline's settings.</param>
    /// <param name="streamedFrom">
    /// Buckets with so many signals are not loaded unless something is wrong in them.
    /// </param>
    public static VerifyReport Run(IPipelineWorld world, VerifyOptions options, long streamedFrom = StreamedFrom)
    {
        var differences = new DifferenceList();
        using var signals = ReadSignals(world, options, differences);
        using var decisions = new DecisionSet(signals);
        foreach (var record in world.Read(options.DecisionTopic)) decisions.Add(record, differences);
        using var orders = new OrderCheck(world, options, differences);
        var (duplicates, signalsInFlight) = CheckSymbols(
            signals, decisions, orders, options, differences, streamedFrom);
        signalsInFlight += signals.ReportMissingDeadLetters(differences);

        using var outbox = new OutboxCheck(world, differences);
        orders.Run(decisions, outbox);
        using var events = new EventCheck(differences);
        foreach (var record in world.Read(Topics.Orders)) events.Add(record);
        events.Run(outbox, world);
        RefuseNothing(signals, decisions, signalsInFlight, differences);

        return new VerifyReport
        {
            ExactlyOnce = differences.IsEmpty,
            Signals = new(
                signals.Read,
                signals.Read - duplicates - signals.DeadLettered - signalsInFlight, duplicates, signals.DeadLettered),
            Decisions = Counts(decisions.Read, Stage.Decisions, differences),
            Orders = new(
                orders.Rows, differences.Count(Stage.Orders, DifferenceKind.Missing),
                differences.Count(Stage.Orders, DifferenceKind.Unexpected)),
            Outbox = new(
                outbox.Rows, differences.Count(Stage.Outbox, DifferenceKind.Missing),
                differences.Count(Stage.Outbox, DifferenceKind.Unexpected)),
            Events = Counts(events.Read, Stage.Events, differences),
            InFlight = new(signalsInFlight, orders.OnTheirWay, events.OnTheirWay),
            DifferenceCount = differences.Total,
            Differences = differences.Kept,
        };
    }

    private static SignalSet ReadSignals(IPipelineWorld world, VerifyOptions options, DifferenceList differences)
    {
        using var deadLetters = new DeadLetterSet(world.Read(options.DeadLetterTopic), differences);
        var signals = new SignalSet(world);
        foreach (var timeframe in Timeframes.All.ToArray())
        {
            foreach (var record in world.Read(Topics.Signals(timeframe))) signals.Add(timeframe, record, deadLetters);
        }

        deadLetters.Finish();
        return signals;
    }

    private static (long Duplicates, long InFlight) CheckSymbols(
        SignalSet signals, DecisionSet decisions, OrderCheck orders, VerifyOptions options, DifferenceList differences,
        long streamedFrom)
    {
        // what came of the signals that came in meanwhile has to be known before any is judged
        for (var bucket = 0; bucket < Buckets.Count; bucket++)
        {
            if (signals.HasYoung(bucket) && Streamed(bucket) is null)
                decisions.Give(bucket, signals.Load(bucket), new DifferenceList());
        }

        long duplicates = 0;
        long inFlight = 0;
        for (var bucket = 0; bucket < Buckets.Count; bucket++)
        {
            if (Streamed(bucket) is var (repeated, open))
            {
                foreach (var (_, decision) in decisions.In(bucket)) orders.Expect(decision);
                duplicates += repeated;
                inFlight += open;
                continue;
            }

            var symbols = signals.Load(bucket);
            foreach (var decision in decisions.Give(bucket, symbols, differences)) orders.Expect(decision);
            foreach (var task in symbols.Symbols)
            {
                var live = signals.Live(task);
                var verdict = new SymbolCheck(task, live, options.GraceMs).Run();
                foreach (var difference in verdict.Differences) differences.Add(difference);
                duplicates += verdict.Duplicates;
                inFlight += task.ByTimeframe.Sum(entries => entries.Count) - live.Sum();
            }
        }

        return (duplicates, inFlight);

        (long, long)? Streamed(int bucket) => signals.Count(bucket) < streamedFrom
            ? null : StreamedBucket.Explain(signals, decisions, bucket, options.GraceMs);
    }

    /// <summary>A check that met nothing has proved nothing.</summary>
    private static void RefuseNothing(
        SignalSet signals, DecisionSet decisions, long inFlight, DifferenceList differences)
    {
        if (signals.Read == 0)
            differences.Add(Stage.Signals, DifferenceKind.Nothing, Topics.Signals(Timeframe.OneMinute),
                "no signal was read: there is nothing to prove; send some with 'eos burst' or 'eos replay'");
        else if (inFlight == signals.Read)
            differences.Add(Stage.Decisions, DifferenceKind.Nothing,
                "-", $"none of {signals.Read} signals was taken yet: is the processor running? ('eos status')");
        else if (decisions.Read == 0 && signals.DeadLettered == 0)
            differences.Add(
                Stage.Decisions, DifferenceKind.Nothing, "-", "neither a decision nor a dead letter was read");
    }

    private static VerifyReport.DecisionCounts Counts(long read, Stage stage, DifferenceList differences) => new(
        read,
        differences.Count(stage, DifferenceKind.Duplicate),
        differences.Count(stage, DifferenceKind.Missing),
        differences.Count(stage, DifferenceKind.Unexpected));
}
