using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>A process that dies leaves a beginning of what it wrote: each of them is opened, and so is each with a byte spoilt at its end.</summary>
public sealed class CrashAtAnyByteTests : IAsyncLifetime
{
    private readonly LogBench _bench = new();
    private readonly List<Moment> _moments = [new(0, 0, 0, [], 0)];

    public ValueTask InitializeAsync()
    {
        Step(() => _bench.Good(_bench.Idempotent(1, 0, 0, "a")), sequence: 1);
        Step(() => _bench.InTransaction(2, 0, 0, "dropped"));
        Step(() => _bench.Good(_bench.Idempotent(1, 0, 1, "b", "c")), sequence: 3);
        Step(() => _bench.Log.AppendMarker(2, 0, LogBench.Abort));
        Step(() => _bench.InTransaction(2, 0, 1, "kept"));
        Step(() => _bench.Log.AppendMarker(2, 0, LogBench.Commit));
        Step(() => _bench.Good(_bench.Idempotent(1, 0, 3, "d")), sequence: 4);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task cut_at_any_byte_a_log_is_what_it_was_after_its_last_whole_batch()
    {
        for (var cut = 0; cut <= _moments[^1].Bytes; cut++)
        {
            using var left = new Copy(_bench.Folder);
            left.Truncate(cut);
            await using var log = Open(left.Folder);
            var due = _moments.Last(moment => moment.Bytes <= cut);
            Assert.Equal((cut, due), (cut, Seen(log, due.Bytes, due.Sequence)));
            GoesOn(log, due);
        }
    }

    [Fact]
    public async Task whatever_byte_of_the_last_batch_is_spoilt_the_log_is_what_it_was_before_or_after_it()
    {
        var (before, after) = (_moments[^2], _moments[^1]);
        for (var at = before.Bytes; at < after.Bytes; at++)
        {
            using var left = new Copy(_bench.Folder);
            left.Spoil(at);
            await using var log = Open(left.Folder);
            var due = log.EndOffset == after.End ? after : before;
            Assert.Equal((at, due), (at, Seen(log, due.Bytes, due.Sequence)));
            GoesOn(log, due);
        }
    }

    private void Step(Action write, int? sequence = null)
    {
        write();
        _moments.Add(Seen(_bench.Log, (int)_bench.Log.SizeBytes, sequence ?? _moments[^1].Sequence));
    }

    private PartitionLog Open(string folder) => PartitionLog.Open(LogBench.Partition, folder, new LogConfig(), _bench.Environment);

    private static Moment Seen(PartitionLog log, int bytes, int sequence)
    {
        var values = LogBench.Values(log, 0, isReadCommitted: true, 1 << 20).Select(r => r.Value);
        return new Moment(bytes, log.EndOffset, log.LastStableOffset, [.. values], sequence);
    }

    // the producer's next batch is taken, its repetition known
    private void GoesOn(PartitionLog log, Moment from)
    {
        if (from.Sequence > 0) Assert.Equal(KafkaError.OutOfOrderSequenceNumber, log.Append(_bench.Idempotent(1, 0, from.Sequence + 1, "later")).Error);
        var next = _bench.Idempotent(1, 0, from.Sequence, "next");
        Assert.Equal((KafkaError.None, from.End), (log.Append(next).Error, log.EndOffset - 1));
        var again = log.Append(_bench.Idempotent(1, 0, from.Sequence, "next"));
        Assert.Equal((true, from.End), (again.IsDuplicate, again.BaseOffset));
    }

    /// <summary>The log after some batch: its size, where it ends, what is read, and the sequence that producer 1 owes.</summary>
    private sealed record Moment(int Bytes, long End, long Stable, string[] Values, int Sequence)
    {
        public bool Equals(Moment? other) => other is not null
            && (Bytes, End, Stable, Sequence) == (other.Bytes, other.End, other.Stable, other.Sequence) && Values.SequenceEqual(other.Values);

        public override int GetHashCode() => HashCode.Combine(Bytes, End, Stable, Sequence);

        public override string ToString() => $"{Bytes} bytes, end {End}, stable {Stable}: {string.Join(',', Values)}, sequence {Sequence} due";
    }

    private sealed class Copy(string of) : IDisposable
    {
        public string Folder { get; } = LogFolder.CopyOf(of);

        private string File => Directory.GetFiles(Folder, "*.log").Single();

        public void Truncate(int bytes)
        {
            using var file = System.IO.File.OpenWrite(File);
            file.SetLength(bytes);
        }

        public void Spoil(int at)
        {
            var bytes = System.IO.File.ReadAllBytes(File);
            bytes[at] ^= 0x55;
            System.IO.File.WriteAllBytes(File, bytes);
        }

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
