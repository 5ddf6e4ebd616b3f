using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>Sequences and epochs at append, rule by rule.</summary>
public sealed class IdempotenceTests : IAsyncLifetime
{
    private const long Producer = 1000;
    private readonly LogBench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void a_repeated_batch_is_answered_with_its_first_offset_and_not_written()
    {
        _bench.Good(_bench.Idempotent(Producer, 0, 0, "a", "b"));
        _bench.Good(_bench.Idempotent(Producer, 0, 2, "c"));
        var again = _bench.Good(_bench.Idempotent(Producer, 0, 0, "a", "b"));
        Assert.True(again.IsDuplicate);
        Assert.Equal(0, again.BaseOffset);
        Assert.Equal(3, _bench.Log.EndOffset);
    }

    [Fact]
    public void five_batches_are_remembered_and_a_sixth_is_out_of_order()
    {
        for (var i = 0; i < 6; i++)
            _bench.Good(_bench.Idempotent(Producer, 0, i, $"{i}"));
        Assert.True(_bench.Good(_bench.Idempotent(Producer, 0, 1, "1")).IsDuplicate);
        _bench.Refused(KafkaError.OutOfOrderSequenceNumber, _bench.Idempotent(Producer, 0, 0, "0"));
    }

    [Fact]
    public async Task duplicates_are_known_across_a_restart()
    {
        for (var i = 0; i < 5; i++)
            _bench.Good(_bench.Idempotent(Producer, 0, i, $"{i}"));
        await _bench.RestartAsync();
        Assert.Equal(0, _bench.Good(_bench.Idempotent(Producer, 0, 0, "0")).BaseOffset);
        Assert.Equal(5, _bench.Log.EndOffset);
    }

    [Fact]
    public void a_batch_of_another_length_is_no_duplicate()
    {
        _bench.Good(_bench.Idempotent(Producer, 0, 0, "a", "b"));
        _bench.Refused(KafkaError.OutOfOrderSequenceNumber, _bench.Idempotent(Producer, 0, 0, "a"));
    }

    [Fact]
    public void a_gap_is_out_of_order()
    {
        _bench.Good(_bench.Idempotent(Producer, 0, 0, "a"));
        _bench.Refused(KafkaError.OutOfOrderSequenceNumber, _bench.Idempotent(Producer, 0, 2, "c"));
    }

    [Fact]
    public void an_unknown_producer_may_begin_anywhere() =>
        _bench.Good(_bench.Idempotent(Producer, 3, 77, "a"));

    [Fact]
    public void an_epoch_of_minus_one_is_that_of_nobody_and_one_below_is_fenced()
    {
        _bench.Refused(KafkaError.InvalidProducerEpoch, _bench.Idempotent(Producer, -2, 0, "a"));
        _bench.Good(_bench.Idempotent(Producer, -1, 7, "a"));
        _bench.Good(_bench.Idempotent(Producer, 0, 3, "b"));
        _bench.Refused(KafkaError.InvalidProducerEpoch, _bench.Idempotent(Producer, -1, 8, "c"));
    }

    [Fact]
    public void sequences_count_on_from_the_largest_with_zero()
    {
        _bench.Good(_bench.Idempotent(Producer, 0, int.MaxValue - 1, "a", "b"));
        _bench.Good(_bench.Idempotent(Producer, 0, 0, "c"));
        _bench.Good(_bench.Idempotent(Producer, 0, 1, "d"));
    }

    [Fact]
    public void a_batch_across_the_largest_sequence_is_known_again()
    {
        _bench.Good(_bench.Idempotent(Producer, 0, int.MaxValue, "a", "b", "c"));
        Assert.True(_bench.Good(_bench.Idempotent(Producer, 0, int.MaxValue, "a", "b", "c")).IsDuplicate);
        _bench.Good(_bench.Idempotent(Producer, 0, 2, "d"));
    }

    [Fact]
    public void a_new_epoch_begins_at_zero_and_forgets_the_old_batches()
    {
        _bench.Good(_bench.Idempotent(Producer, 0, 0, "a"));
        _bench.Refused(KafkaError.OutOfOrderSequenceNumber, _bench.Idempotent(Producer, 1, 1, "b"));
        _bench.Good(_bench.Idempotent(Producer, 1, 0, "b"));
        _bench.Refused(KafkaError.InvalidProducerEpoch, _bench.Idempotent(Producer, 0, 0, "a"));
    }

    [Fact]
    public void the_same_sequences_of_another_epoch_are_no_duplicate()
    {
        _bench.Good(_bench.Idempotent(Producer, 0, 0, "a"));
        Assert.False(_bench.Good(_bench.Idempotent(Producer, 1, 0, "a")).IsDuplicate);
    }

    [Fact]
    public void a_silent_producer_is_forgotten_after_its_time_by_our_clock()
    {
        _bench.Good(_bench.Idempotent(Producer, 0, 0, "a"));
        _bench.Time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(0, _bench.Log.ExpireProducers());
        _bench.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, _bench.Log.ExpireProducers());
        _bench.Good(_bench.Idempotent(Producer, 0, 9, "b"));
    }

    [Fact]
    public void a_producer_with_an_open_transaction_is_never_forgotten()
    {
        _bench.InTransaction(Producer, 0, 0, "a");
        _bench.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(0, _bench.Log.ExpireProducers());
        _bench.Log.AppendMarker(Producer, 0, LogBench.Commit);
        Assert.Equal(0, _bench.Log.ExpireProducers());
    }

    [Fact]
    public void a_coordinator_writes_without_sequences_but_not_with_an_old_epoch()
    {
        _bench.Log.RegisterTransaction(Producer, 2);
        _bench.Good(_bench.Transactional(Producer, 2, -1, "offset"), AppendOrigin.Coordinator);
        _bench.Good(_bench.Transactional(Producer, 2, -1, "offset"), AppendOrigin.Coordinator);
        _bench.Refused(KafkaError.InvalidProducerEpoch, _bench.Transactional(Producer, 1, -1, "offset"), AppendOrigin.Coordinator);
        Assert.Equal(2, _bench.Log.EndOffset);
    }
}
