using System.Text;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>What compaction takes and what it must leave.</summary>
public sealed class CompactionTests
{
    private static readonly LogConfig Compacted = new()
    {
        IsCompacted = true, IsDeleted = false, SegmentBytes = 600, MinCleanableRatio = 0, IndexIntervalBytes = 100,
    };

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Fact]
    public async Task the_newest_record_of_each_key_stays_at_its_offset()
    {
        await using var bench = new LogBench(Compacted);
        for (var i = 0; i < 60; i++)
            bench.Good(Keyed(bench, new(), ($"k{i % 3}", $"v{i}")));
        Assert.True(await bench.Log.CompactIfDueAsync());
        var left = Latest(bench.Log);
        Assert.Equal(["k0=v57", "k1=v58", "k2=v59"], left.Select(r => $"{r.Key}={r.Value.Text}").Order());
        Assert.Equal(57, left["k0"].Offset);
        Assert.True(bench.Read().Count < 30);
    }

    [Fact]
    public async Task by_a_ratio_of_one_nothing_is_compacted()
    {
        await using var bench = new LogBench(Compacted with { MinCleanableRatio = 1 });
        for (var i = 0; i < 60; i++)
            bench.Good(Keyed(bench, new(), ("k", $"v{i}")));
        Assert.False(await bench.Log.CompactIfDueAsync());
    }

    [Fact]
    public async Task a_record_without_a_key_is_refused()
    {
        await using var bench = new LogBench(Compacted);
        bench.Refused(KafkaError.InvalidRecord, bench.Plain("a"));
    }

    [Fact]
    public async Task aborted_data_goes_and_never_hides_an_older_committed_value()
    {
        await using var bench = new LogBench(Compacted);
        bench.Good(Keyed(bench, new(), ("k", "committed")));
        Transact(bench, 0, ("k", "aborted"), LogBench.Abort);
        Fill(bench);
        Assert.True(await bench.Log.CompactIfDueAsync());
        Assert.Equal("committed", Latest(bench.Log)["k"].Text);
        Assert.DoesNotContain(bench.Read(), r => r.Value == "aborted");
    }

    [Fact]
    public async Task a_marker_stays_while_data_of_its_transaction_does_and_goes_after_its_time_without()
    {
        await using var bench = new LogBench(Compacted);
        Transact(bench, 0, ("k", "1"), LogBench.Commit);
        Transact(bench, 1, ("other", "2"), LogBench.Commit);
        Fill(bench);
        await bench.Log.CompactIfDueAsync();
        Assert.Equal([1, 3], Markers(bench.Log));

        bench.Good(Keyed(bench, new(), ("k", "3")));
        Fill(bench);
        await bench.Log.CompactIfDueAsync();
        Assert.Equal([1, 3], Markers(bench.Log));
        bench.Time.Advance(TimeSpan.FromHours(25));
        Fill(bench);
        await bench.Log.CompactIfDueAsync();
        Assert.Equal([3], Markers(bench.Log));
    }

    /// <summary>
    /// Its note among the aborted ones once outlived its marker: later data of the producer was taken for aborted.
    /// </summary>
    [Fact]
    public async Task an_aborted_transaction_whose_marker_has_gone_takes_nothing_of_the_ones_after_it()
    {
        await using var bench = new LogBench(Compacted);
        Transact(bench, 0, ("k", "aborted"), LogBench.Abort);
        for (var round = 0; round < 3; round++)
        {
            Fill(bench);
            await bench.Log.CompactIfDueAsync();
            bench.Time.Advance(TimeSpan.FromHours(25));
        }

        Assert.Empty(Markers(bench.Log));
        Transact(bench, 1, ("k", "committed"), LogBench.Commit);
        Assert.Equal("committed", Latest(bench.Log)["k"].Text);
        Fill(bench);
        await bench.Log.CompactIfDueAsync();
        Assert.Equal("committed", Latest(bench.Log)["k"].Text);
    }

    [Fact]
    public async Task a_tombstone_stays_readable_for_its_time_and_then_goes()
    {
        await using var bench = new LogBench(Compacted);
        bench.Good(Keyed(bench, new(), ("k", "1")));
        bench.Good(Keyed(bench, new(), ("k", null)));
        Fill(bench);
        await bench.Log.CompactIfDueAsync();
        Assert.Null(Latest(bench.Log)["k"].Text);
        bench.Time.Advance(TimeSpan.FromHours(25));
        Fill(bench);
        await bench.Log.CompactIfDueAsync();
        Assert.False(Latest(bench.Log).ContainsKey("k"));
    }

    [Fact]
    public async Task the_last_sequence_of_a_producer_survives_compaction_and_the_loss_of_snapshots()
    {
        await using var bench = new LogBench(Compacted);
        bench.Good(Keyed(bench, new() { ProducerId = 9, ProducerEpoch = 2, BaseSequence = 0 }, ("k", "1")));
        bench.Good(Keyed(bench, new() { ProducerId = 9, ProducerEpoch = 2, BaseSequence = 1 }, ("k", "2")));
        bench.Good(Keyed(bench, new(), ("k", "3")));
        Fill(bench);
        await bench.Log.CompactIfDueAsync();
        Assert.Equal("3", Latest(bench.Log)["k"].Text);
        await bench.Log.DisposeAsync();
        foreach (var snapshot in ProducerSnapshot.Files(bench.Folder))
            File.Delete(snapshot);
        await bench.RestartAsync();
        bench.Refused(KafkaError.OutOfOrderSequenceNumber, Keyed(bench, new() { ProducerId = 9, ProducerEpoch = 2, BaseSequence = 5 }, ("k", "4")));
        bench.Good(Keyed(bench, new() { ProducerId = 9, ProducerEpoch = 2, BaseSequence = 2 }, ("k", "4")));
    }

    [Fact]
    public async Task nothing_above_the_stable_offset_is_touched()
    {
        await using var bench = new LogBench(Compacted);
        bench.Log.RegisterTransaction(1, 0);
        bench.Good(Keyed(bench, InTransaction(1, 0, 0), ("k", "open")));
        for (var i = 0; i < 40; i++)
            bench.Good(Keyed(bench, new(), ("k", $"{i}")));
        Assert.False(await bench.Log.CompactIfDueAsync());
        Assert.Equal(41, bench.Read().Count);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task what_a_reader_ends_up_with_is_the_same_before_and_after(int seed)
    {
        var random = new Random(seed);
        await using var bench = new LogBench(Compacted with { SegmentBytes = random.Next(300, 3000) });
        var sequences = new int[3];
        for (var round = 0; round < 8; round++)
        {
            for (var i = 0; i < 60; i++)
                Step(bench, random, sequences);
            for (var producer = 0; producer < 3; producer++)
                bench.Log.AppendMarker(producer, 0, random.Next(2) == 0 ? LogBench.Commit : LogBench.Abort);
            bench.Time.Advance(TimeSpan.FromHours(random.Next(30)));
            var before = Values();
            await bench.Log.CompactIfDueAsync();
            Assert.Equal(before, Values());
            if (random.Next(3) == 0)
                await bench.RestartAsync();
            Assert.Equal(before, Values());
        }

        // a tombstone goes with the time
        List<string> Values() =>
            [.. Latest(bench.Log).Where(r => r.Value.Text is not null).Select(r => $"{r.Key}={r.Value}").Order()];
    }

    private static void Step(LogBench bench, Random random, int[] sequences)
    {
        var producer = random.Next(3);
        if (random.Next(6) == 0)
        {
            bench.Log.AppendMarker(producer, 0, random.Next(2) == 0 ? LogBench.Commit : LogBench.Abort);
            return;
        }

        var records = Enumerable.Range(0, random.Next(1, 4))
            .Select(_ => ($"k{random.Next(12)}", random.Next(8) == 0 ? null : $"v{random.Next(100000)}")).ToArray();
        bench.Log.RegisterTransaction(producer, 0);
        bench.Good(Keyed(bench, InTransaction(producer, 0, sequences[producer]), records));
        sequences[producer] += records.Length;
    }

    /// <summary>A transaction of producer 1, to its end.</summary>
    private static void Transact(LogBench bench, int sequence, (string Key, string? Value) record, ControlRecord end)
    {
        bench.Log.RegisterTransaction(1, 0);
        bench.Good(Keyed(bench, InTransaction(1, 0, sequence), record));
        bench.Log.AppendMarker(1, 0, end);
    }

    private static RecordBatchBuilder InTransaction(long producer, short epoch, int sequence) =>
        new() { ProducerId = producer, ProducerEpoch = epoch, BaseSequence = sequence, IsTransactional = true };

    private static byte[] Keyed(LogBench bench, RecordBatchBuilder batch, params (string Key, string? Value)[] records)
    {
        foreach (var (key, value) in records)
            batch.Add(bench.Time.Milliseconds, Encoding.UTF8.GetBytes(key), value is null ? null : Encoding.UTF8.GetBytes(value));
        return batch.Build();
    }

    /// <summary>Rolls what was written so far out of the active segment.</summary>
    private static void Fill(LogBench bench)
    {
        for (var i = 0; i < 20; i++)
            bench.Good(Keyed(bench, new(), ($"fill{i}", new string('x', 40))));
    }

    private static Dictionary<string, (long Offset, string? Text)> Latest(PartitionLog log)
    {
        var latest = new Dictionary<string, (long, string?)>();
        var seen = LogBench.Values(log, log.LogStartOffset, isReadCommitted: true, 4096).Select(r => r.Offset).ToHashSet();
        Walk(log, batch =>
        {
            var records = new RecordReader(batch);
            while (!batch.IsControl && records.TryRead(out var record))
            {
                if (seen.Contains(record.Offset))
                    latest[Encoding.UTF8.GetString(record.Key)] = (record.Offset, record.HasValue ? Encoding.UTF8.GetString(record.Value) : null);
            }
        });
        return latest;
    }

    private static List<long> Markers(PartitionLog log)
    {
        var markers = new List<long>();
        Walk(log, batch =>
        {
            if (batch.IsControl)
                markers.Add(batch.BaseOffset);
        });
        return markers;
    }

    private static void Walk(PartitionLog log, Action<RecordBatch> look)
    {
        for (var offset = log.LogStartOffset; offset < log.EndOffset;)
        {
            using var read = log.Read(offset, 1 << 20, isReadCommitted: false, isOneBatchSure: true);
            Assert.False(read.Records.IsEmpty);
            var rest = read.Records.Span;
            while (RecordBatch.TryTake(ref rest, out var batch))
            {
                look(batch);
                offset = batch.NextOffset;
            }
        }
    }
}
