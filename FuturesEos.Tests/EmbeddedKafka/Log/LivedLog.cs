using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>A log with idempotent batches, a commit and an abort, and what it was after each: what a crash may leave of it.</summary>
internal sealed class LivedLog : IAsyncDisposable
{
    // a kill leaves what was written: nobody needs to wait for the disk
    private static readonly FaultyStorage Quick = new() { IsFlushFree = true };

    private readonly LogBench _bench;
    private readonly List<Moment> _moments = [new(0, 0, 0, [], 0)];

    private LivedLog(LogBench bench) => _bench = bench;

    public string Folder => _bench.Folder;

    public IReadOnlyList<Moment> Moments => _moments;

    /// <summary>Lives it; <paramref name="after"/> each step, which has been acknowledged, somebody may look at it.</summary>
    public static async Task<LivedLog> LiveAsync(
        FsyncPolicy fsync = FsyncPolicy.Never,
        LogStorage? storage = null,
        LogConfig? config = null,
        Func<LivedLog, Task>? after = null)
    {
        var life = new LivedLog(new LogBench(config, fsync, storage));
        var bench = life._bench;
        await StepAsync(() => bench.Good(bench.Idempotent(1, 0, 0, "a")), sequence: 1);
        await StepAsync(() => bench.InTransaction(2, 0, 0, "dropped"));
        await StepAsync(() => bench.Good(bench.Idempotent(1, 0, 1, "b", "c")), sequence: 3);
        await StepAsync(() => bench.Log.AppendMarker(2, 0, LogBench.Abort));
        await StepAsync(() => bench.InTransaction(2, 0, 1, "kept"));
        await StepAsync(() => bench.Log.AppendMarker(2, 0, LogBench.Commit));
        await StepAsync(() => bench.Good(bench.Idempotent(1, 0, 3, "d")), sequence: 4);
        return life;

        async Task StepAsync(Action write, int? sequence = null)
        {
            write();
            await bench.Log.WhenDurableAsync(bench.Log.EndOffset, default);
            life._moments.Add(Seen(bench.Log, (int)bench.Log.SizeBytes, sequence ?? life._moments[^1].Sequence));
            if (after is not null) await after(life);
        }
    }

    /// <summary>Forces everything to the disk.</summary>
    public void Flush() => _bench.Log.Flush();

    /// <summary>Ends it cleanly and begins anew: there are an index and a snapshot then.</summary>
    public Task RestartAsync() => _bench.RestartAsync();

    /// <summary>Opens what is in a folder, as a broker that starts again does.</summary>
    public PartitionLog Open(string folder) => PartitionLog.Open(
        LogBench.Partition, folder, _bench.Log.Config, _bench.Environment with { Storage = Quick });

    public static Moment Seen(PartitionLog log, int bytes, int sequence)
    {
        var values = LogBench.Values(log, 0, isReadCommitted: true, 1 << 20).Select(r => r.Value);
        return new Moment(bytes, log.EndOffset, log.LastStableOffset, [.. values], sequence);
    }

    /// <summary>
    /// The log is what it was at one of these moments, the producer's next batch is taken and its repetition known.
    /// </summary>
    public async Task AssertIsAsync(string folder, object which, params IReadOnlyList<Moment> either)
    {
        await using var log = Open(folder);
        var due = either.FirstOrDefault(moment => moment.End == log.EndOffset) ?? either[0];
        Assert.Equal((which, due), (which, Seen(log, due.Bytes, due.Sequence)));
        if (due.Sequence > 0)
        {
            var late = log.Append(_bench.Idempotent(1, 0, due.Sequence + 1, "later"));
            Assert.Equal(KafkaError.OutOfOrderSequenceNumber, late.Error);
        }

        var next = _bench.Idempotent(1, 0, due.Sequence, "next");
        Assert.Equal((KafkaError.None, due.End), (log.Append(next).Error, log.EndOffset - 1));
        var again = log.Append(_bench.Idempotent(1, 0, due.Sequence, "next"));
        Assert.Equal((true, due.End), (again.IsDuplicate, again.BaseOffset));
    }

    public async ValueTask DisposeAsync() => await _bench.DisposeAsync();

    /// <summary>The log after some batch: its size, where it ends, what is read, and the sequence that producer 1 owes.</summary>
    public sealed record Moment(int Bytes, long End, long Stable, string[] Values, int Sequence)
    {
        public bool Equals(Moment? other) => other is not null
            && (Bytes, End, Stable, Sequence) == (other.Bytes, other.End, other.Stable, other.Sequence)
            && Values.SequenceEqual(other.Values);

        public override int GetHashCode() => HashCode.Combine(Bytes, End, Stable, Sequence);

        public override string ToString() =>
            $"{Bytes} bytes, end {End}, stable {Stable}: {string.Join(',', Values)}, sequence {Sequence} due";
    }
}
