using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>Transactions at append: registration, markers, the stable offset, what read_committed gets.</summary>
public sealed class TransactionalAppendTests : IAsyncLifetime
{
    private const long Producer = 1000;
    private readonly LogBench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void a_partition_that_is_not_registered_takes_no_transactional_batch() =>
        _bench.Refused(KafkaError.InvalidTxnState, _bench.Transactional(Producer, 0, 0, "a"));

    [Fact]
    public void a_batch_that_comes_after_the_marker_opens_no_transaction()
    {
        _bench.InTransaction(Producer, 0, 0, "a");
        _bench.Log.AppendMarker(Producer, 0, LogBench.Abort);
        _bench.Refused(KafkaError.InvalidTxnState, _bench.Transactional(Producer, 0, 1, "late"));
        Assert.Equal(2, _bench.Log.LastStableOffset);
    }

    [Fact]
    public void a_registered_epoch_lets_no_other_epoch_in()
    {
        _bench.Log.RegisterTransaction(Producer, 5);
        _bench.Refused(KafkaError.InvalidTxnState, _bench.Transactional(Producer, 6, 0, "a"));
        _bench.Refused(KafkaError.InvalidProducerEpoch, _bench.Transactional(Producer, 4, 0, "a"));
        _bench.Good(_bench.Transactional(Producer, 5, 0, "a"));
    }

    [Fact]
    public void a_duplicate_is_recognized_even_after_its_transaction_ended()
    {
        var batch = _bench.Transactional(Producer, 0, 0, "a");
        _bench.InTransaction(Producer, 0, 0, "a");
        _bench.Log.AppendMarker(Producer, 0, LogBench.Commit);
        Assert.True(_bench.Good(batch).IsDuplicate);
    }

    [Fact]
    public void a_batch_outside_transactions_is_refused_while_one_is_open()
    {
        _bench.InTransaction(Producer, 0, 0, "a");
        _bench.Refused(KafkaError.InvalidTxnState, _bench.Idempotent(Producer, 0, 1, "b"));
    }

    [Fact]
    public void an_old_epoch_is_named_before_a_wrong_sequence()
    {
        _bench.Good(_bench.Idempotent(Producer, 3, 0, "a"));
        _bench.Refused(KafkaError.InvalidProducerEpoch, _bench.Idempotent(Producer, 2, 40, "b"));
    }

    [Fact]
    public void the_first_open_transaction_holds_the_stable_offset()
    {
        _bench.Good(_bench.Plain("0"));
        _bench.InTransaction(1, 0, 0, "1");
        _bench.InTransaction(2, 0, 0, "2");
        Assert.Equal((1, 3), (_bench.Log.LastStableOffset, _bench.Log.HighWatermark));
        _bench.Log.AppendMarker(2, 0, LogBench.Commit);
        Assert.Equal(1, _bench.Log.LastStableOffset);
        _bench.Log.AppendMarker(1, 0, LogBench.Abort);
        Assert.Equal(5, _bench.Log.LastStableOffset);
    }

    [Fact]
    public void read_committed_stops_at_the_stable_offset_and_names_what_was_aborted()
    {
        _bench.InTransaction(1, 0, 0, "aborted");
        _bench.InTransaction(2, 0, 0, "kept");
        _bench.Log.AppendMarker(1, 0, LogBench.Abort);
        _bench.Log.AppendMarker(2, 0, LogBench.Commit);
        _bench.InTransaction(3, 0, 0, "open");
        Assert.Equal([(1, "kept")], _bench.Read(isReadCommitted: true));
        Assert.Equal(["aborted", "kept", "open"], _bench.Read().Select(r => r.Value));
        using var read = _bench.Log.Read(0, 1 << 20, isReadCommitted: true, isOneBatchSure: true);
        Assert.Equal([new AbortedTransaction(1, 0, 2, 1)], read.Aborted);
        using var uncommitted = _bench.Log.Read(0, 1 << 20, isReadCommitted: false, isOneBatchSure: true);
        Assert.Null(uncommitted.Aborted);
    }

    [Fact]
    public void between_the_stable_offset_and_the_end_read_committed_is_empty_without_an_error()
    {
        _bench.InTransaction(1, 0, 0, "a", "b");
        using var read = _bench.Log.Read(1, 1 << 20, isReadCommitted: true, isOneBatchSure: true);
        Assert.Equal((KafkaError.None, 0, 0), (read.Error, read.Records.Length, read.LastStableOffset));
    }

    [Fact]
    public void an_abort_is_listed_for_a_fetch_that_begins_inside_its_transaction()
    {
        _bench.InTransaction(1, 0, 0, "a");
        _bench.Good(_bench.Transactional(1, 0, 1, "b"));
        _bench.Log.AppendMarker(1, 0, LogBench.Abort);
        using var read = _bench.Log.Read(1, 1 << 20, isReadCommitted: true, isOneBatchSure: true);
        Assert.Equal(0, Assert.Single(read.Aborted!).FirstOffset);
    }

    [Fact]
    public void a_marker_without_an_open_transaction_is_written_and_leaves_no_index_entry()
    {
        Assert.Equal(KafkaError.None, _bench.Log.AppendMarker(Producer, 0, LogBench.Abort).Error);
        Assert.Equal((1, 1), (_bench.Log.EndOffset, _bench.Log.LastStableOffset));
        _bench.Good(_bench.Plain("a"));
        using var read = _bench.Log.Read(0, 1 << 20, isReadCommitted: true, isOneBatchSure: true);
        Assert.Empty(read.Aborted!);
    }

    [Fact]
    public void a_marker_of_an_older_coordinator_is_fenced()
    {
        _bench.InTransaction(Producer, 0, 0, "a");
        _bench.Log.AppendMarker(Producer, 0, new ControlRecord(ControlType.Commit, 7));
        Assert.Equal(
            KafkaError.TransactionCoordinatorFenced, _bench.Log.AppendMarker(Producer, 0, new ControlRecord(ControlType.Commit, 6)).Error);
    }

    [Fact]
    public void a_marker_of_an_older_epoch_is_refused_and_changes_nothing()
    {
        _bench.InTransaction(Producer, 1, 0, "a");
        Assert.Equal(KafkaError.InvalidProducerEpoch, _bench.Log.AppendMarker(Producer, 0, LogBench.Abort).Error);
        Assert.Equal((1, 0), (_bench.Log.EndOffset, _bench.Log.LastStableOffset));
    }

    [Fact]
    public void a_marker_of_a_newer_epoch_fences_and_starts_sequences_anew()
    {
        _bench.InTransaction(Producer, 0, 0, "a");
        _bench.Log.AppendMarker(Producer, 1, LogBench.Abort);
        _bench.Refused(KafkaError.InvalidProducerEpoch, _bench.Transactional(Producer, 0, 1, "zombie"));
        _bench.Log.RegisterTransaction(Producer, 1);
        _bench.Refused(KafkaError.OutOfOrderSequenceNumber, _bench.Transactional(Producer, 1, 1, "b"));
        _bench.Good(_bench.Transactional(Producer, 1, 0, "b"));
    }

    [Fact]
    public void a_marker_of_the_same_epoch_keeps_sequences_going()
    {
        _bench.InTransaction(Producer, 0, 0, "a");
        _bench.Log.AppendMarker(Producer, 0, LogBench.Commit);
        _bench.InTransaction(Producer, 0, 1, "b");
    }

    [Fact]
    public void a_parked_read_committed_fetch_wakes_when_the_stable_offset_moves_and_not_before()
    {
        var committed = new LogWaiter(isReadCommitted: true);
        var uncommitted = new LogWaiter(isReadCommitted: false);
        _bench.Log.Watch(committed);
        _bench.Log.Watch(uncommitted);
        _bench.InTransaction(Producer, 0, 0, "a");
        Assert.True(uncommitted.Moved.IsCompleted);
        Assert.False(committed.Moved.IsCompleted);
        _bench.Log.AppendMarker(Producer, 0, LogBench.Commit);
        Assert.True(committed.Moved.IsCompleted);
    }

    [Fact]
    public async Task an_open_transaction_survives_a_restart_and_can_still_be_ended()
    {
        _bench.InTransaction(Producer, 0, 0, "a");
        await _bench.RestartAsync();
        Assert.Equal(0, _bench.Log.LastStableOffset);
        _bench.Good(_bench.Transactional(Producer, 0, 1, "b"));
        _bench.Log.AppendMarker(Producer, 0, LogBench.Abort);
        Assert.Equal(3, _bench.Log.LastStableOffset);
        Assert.Empty(_bench.Read(isReadCommitted: true));
    }

    [Fact]
    public void producers_are_described_with_their_open_transaction()
    {
        _bench.Good(_bench.Plain("x"));
        _bench.InTransaction(Producer, 4, 0, "a", "b");
        var producer = Assert.Single(_bench.Log.DescribeProducers());
        Assert.Equal((Producer, (short)4, 1, 1L), (producer.ProducerId, producer.Epoch, producer.LastSequence, producer.CurrentTransactionStart));
    }
}
