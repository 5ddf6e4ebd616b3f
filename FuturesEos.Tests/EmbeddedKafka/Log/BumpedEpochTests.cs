using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>Markers that carry the next transaction's epoch (KIP-890, KIP-1228), and the sequences that begin with each.</summary>
public sealed class BumpedEpochTests : IAsyncLifetime
{
    private const long Producer = 1000;
    private readonly LogBench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void what_comes_after_the_marker_with_the_ended_epoch_is_fenced()
    {
        _bench.InTransaction(Producer, 0, 0, "a");
        Assert.Equal(KafkaError.None, End(1));
        _bench.Refused(KafkaError.InvalidProducerEpoch, _bench.Transactional(Producer, 0, 1, "late"));
        Assert.Equal(2, _bench.Log.LastStableOffset);
    }

    [Fact]
    public void a_repeated_marker_is_welcome_until_the_next_transaction_writes_and_then_ends_nothing()
    {
        _bench.InTransaction(Producer, 0, 0, "a");
        Assert.Equal(KafkaError.None, End(1));
        Assert.Equal(KafkaError.None, End(1));
        _bench.InTransaction(Producer, 1, 0, "b");
        Assert.Equal(KafkaError.InvalidProducerEpoch, End(1));
        Assert.Equal(3, _bench.Log.LastStableOffset);
        Assert.Equal(KafkaError.None, End(2));
        Assert.Equal(5, _bench.Log.LastStableOffset);
    }

    [Fact]
    public void at_the_highest_epoch_a_marker_ends_what_has_it_too()
    {
        _bench.InTransaction(Producer, short.MaxValue, 0, "a");
        Assert.Equal(KafkaError.None, End(short.MaxValue));
        Assert.Equal(2, _bench.Log.LastStableOffset);
    }

    [Fact]
    public void each_transaction_begins_with_sequence_0_also_where_nothing_is_known_of_the_producer()
    {
        var second = _bench.Transactional(Producer, 0, 1, "second");
        Assert.False(_bench.Log.Admits(new RecordBatch(second), isEpochBumped: true));
        _bench.Log.RegisterTransaction(Producer, 0);
        _bench.Refused(KafkaError.OutOfOrderSequenceNumber, second);
        _bench.Good(_bench.Transactional(Producer, 0, 0, "first"));
        _bench.Good(second);
    }

    [Fact]
    public void what_was_refused_before_a_marker_of_its_epoch_is_remembered_behind_it()
    {
        _bench.InTransaction(Producer, 1, 0, "a");
        Assert.Equal(KafkaError.None, _bench.Log.AppendMarker(Producer, 1, LogBench.Commit).Error);
        Assert.False(_bench.Log.Admits(new RecordBatch(_bench.Transactional(Producer, 1, 0, "b")), isEpochBumped: true));
        Assert.Equal(KafkaError.None, End(1));
        _bench.Log.RegisterTransaction(Producer, 1);
        _bench.Refused(KafkaError.OutOfOrderSequenceNumber, _bench.Transactional(Producer, 1, 1, "c"));
    }

    private KafkaError End(short epoch) => _bench.Log.AppendMarker(Producer, epoch, LogBench.Commit, isBumped: true).Error;
}
