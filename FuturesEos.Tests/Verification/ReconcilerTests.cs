using FuturesEos.Cli.Verification;
using FuturesEos.Cli.Verification.Spilling;
using FuturesEos.Contracts;
using Xunit;

namespace FuturesEos.Tests.Verification;

/// <summary>What verification accepts: everything a correct pipeline may do.</summary>
public sealed class ReconcilerTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void a_correct_pipeline_has_no_difference_in_whatever_legal_order_signals_were_taken(
        int seed, bool byTimestamp)
    {
        var report = Reconciler.Run(MemoryWorld.Create(seed, byTimestamp: byTimestamp), new VerifyOptions());
        Assert.Empty(report.Differences);
        Assert.True(report.ExactlyOnce);

        // a world without them would prove nothing of them
        Assert.True(report.Signals.Duplicates > 20);
        Assert.True(report.Signals.DeadLetters > 20);
        Assert.True(report.Orders.Rows > 20);
        Assert.Equal(
            report.Signals.Read, report.Signals.Unique + report.Signals.Duplicates + report.Signals.DeadLetters);
        Assert.Equal(report.Decisions.Committed, report.Signals.Unique);
        Assert.Equal((report.Orders.Rows, report.Orders.Rows), (report.Outbox.Rows, report.Events.Committed));
    }

    [Fact]
    public void what_goes_by_is_counted_as_what_is_loaded()
    {
        for (var seed = 1; seed <= 24; seed++)
        {
            var world = MemoryWorld.Create(seed, signals: 300 + (seed * 40), byTimestamp: seed % 2 == 0);
            var loaded = Reconciler.Run(world, new VerifyOptions());
            var streamed = Reconciler.Run(world, new VerifyOptions(), streamedFrom: 0);
            Assert.Empty(streamed.Differences);
            Assert.Equal(
                (loaded.Signals, loaded.Decisions, loaded.Orders, loaded.Outbox, loaded.Events, loaded.InFlight),
                (streamed.Signals, streamed.Decisions, streamed.Orders, streamed.Outbox, streamed.Events,
                    streamed.InFlight));
        }
    }

    [Fact]
    public void what_is_right_goes_by_and_is_not_loaded()
    {
        for (var seed = 1; seed <= 24; seed++)
        {
            var world = MemoryWorld.Create(seed, signals: 300 + (seed * 40), byTimestamp: seed % 2 == 0);
            var differences = new DifferenceList();
            using var letters = new DeadLetterSet(world.Read(Topics.DeadLetters()), differences);
            using var signals = new SignalSet(world);
            using var decisions = new DecisionSet(signals);
            foreach (var timeframe in Timeframes.All)
            {
                foreach (var record in world.Read(Topics.Signals(timeframe))) signals.Add(timeframe, record, letters);
            }

            foreach (var record in world.Read(Topics.Decisions())) decisions.Add(record, differences);
            for (var bucket = 0; bucket < Buckets.Count; bucket++)
                Assert.NotNull(StreamedBucket.Explain(signals, decisions, bucket, new VerifyOptions().GraceMs));
        }
    }

    [Fact]
    public void a_world_taken_in_another_order_really_differs_from_the_order_of_timestamps()
    {
        var (first, second) =
            (MemoryWorld.Create(seed: 2, byTimestamp: true), MemoryWorld.Create(seed: 2, byTimestamp: false));
        Assert.NotEqual(
            first.Fullest(Topics.Decisions()).Select(d => Convert.ToHexString(d.Value!)),
            second.Fullest(Topics.Decisions()).Select(d => Convert.ToHexString(d.Value!)));
    }

    [Fact]
    public void what_came_in_while_the_check_began_is_in_flight_and_no_gap()
    {
        var world = MemoryWorld.Create(seed: 6);
        var decisions = world.Fullest(Topics.Decisions());
        var last = decisions[^1];
        decisions.RemoveAt(decisions.Count - 1);
        foreach (var timeframe in Timeframes.All)
            world.Cuts[(Topics.Signals(timeframe), last.Partition)] = 0;
        world.Database.NextOffsets[last.Partition] = last.Offset;
        var order = world.Database.Orders.Find(o => o.DecisionId.ToString() == Id(last));
        if (order is not null) RemoveOrder(world, order);
        var report = Reconciler.Run(world, new VerifyOptions());
        Assert.Empty(report.Differences);
        Assert.True(report.InFlight.Signals > 0);
    }

    [Fact]
    public void a_gap_before_something_that_is_through_is_never_in_flight()
    {
        var world = MemoryWorld.Create(seed: 6);
        var decisions = world.Fullest(Topics.Decisions());
        var middle = decisions[decisions.Count / 2];
        decisions.Remove(middle);
        foreach (var timeframe in Timeframes.All)
            world.Cuts[(Topics.Signals(timeframe), middle.Partition)] = 0;
        var report = Reconciler.Run(world, new VerifyOptions());
        Assert.Equal(1, report.Decisions.Missing);
    }

    private static void RemoveOrder(MemoryWorld world, OrderRow order)
    {
        world.Database.Orders.Remove(order);
        world.Database.Outbox.RemoveAll(row => row.AggregateId == order.Id);
        for (var p = 0; p < Topics.Partitions; p++)
            world.Log(Topics.Orders, p)
                .RemoveAll(e => System.Text.Encoding.ASCII.GetString(e.Key!) == order.Id.ToString());
    }

    private static string Id(FuturesEos.Cli.Reading.CommittedRecord decision) =>
        System.Text.Json.JsonDocument.Parse(decision.Value).RootElement.GetProperty("id").GetString()!;
}
